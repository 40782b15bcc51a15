import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join, relative, sep } from "node:path";
import { fail } from "../../problem.ts";

/** Reports file changes below a folder. */
export interface FileChanges {
  /**
   * The files that changed since the last call, relative to the folder, with `/`; waits for the first change, and until no more follow for a moment.
   * Empty when `signal` was aborted.
   */
  next(this: void, signal: AbortSignal): Promise<string[]>;
  close(this: void): void;
}

/** Milliseconds without another change to wait for: an editor or Git writes several files one after the other. */
const quietTime = 100;

/**
 * Watches a folder and everything below it, except hidden and installed files. Uses one watcher per folder: watching complete trees would
 * include `node_modules`, which takes most of the time on Linux. Throws a ProblemError, as `next` does, when the system's limit is reached.
 */
export function watchFiles(root: string): FileChanges {
  const watchers = new Map<string, FSWatcher>();
  const changed = new Set<string>();
  let lastChange = 0;
  let failure: unknown = null;
  let wake = (): void => {};

  function tell(path: string): void {
    changed.add(relative(root, path).split(sep).join("/"));
    lastChange = performance.now();
    wake();
  }

  function add(folder: string, tellFiles: boolean): void {
    if (watchers.has(folder)) return;
    const watcher = open(folder);
    if (watcher === null) return;
    watchers.set(folder, watcher);
    watcher.on("change", (_, name) => {
      const path = join(folder, String(name));
      if (isLeftOut(String(name))) return;
      tell(path);
      try {
        add(path, true);
      } catch (error) {
        failure = error;
      }
    });
    watcher.on("error", () => remove(folder));
    for (const entry of entriesOf(folder)) {
      if (isLeftOut(entry.name)) continue;
      if (entry.isDirectory()) add(join(folder, entry.name), tellFiles);
      else if (tellFiles) tell(join(folder, entry.name));
    }
  }

  /** Stops watching a folder that is gone or can no longer be watched. */
  function remove(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  add(root, false);
  return {
    async next(signal) {
      const woken = () => new Promise<void>((resolve) => (wake = resolve));
      const abort = () => wake();
      signal.addEventListener("abort", abort);
      try {
        while (changed.size === 0 && !signal.aborted) await woken();
        for (let left = quietTime; left > 0 && !signal.aborted; left = lastChange + quietTime - performance.now()) {
          await new Promise((resolve) => setTimeout(resolve, left));
        }
      } finally {
        signal.removeEventListener("abort", abort);
      }
      if (signal.aborted) return [];
      if (failure !== null) throw failure;
      const files = [...changed].toSorted();
      changed.clear();
      return files;
    },
    close() {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

/** A watcher of a folder; `null` when it is not a folder or is already gone. Throws a ProblemError when the system's limit is reached, as changes would be missed. */
function open(folder: string): FSWatcher | null {
  try {
    readdirSync(folder);
    return watch(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ENOSPC" && code !== "EMFILE") return null;
    return fail("system_refuses", error instanceof Error ? error.message : "", {
      hint: "Raise the system's limit (on Linux fs.inotify.max_user_watches and max_user_instances), or remove --watch.",
    });
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Temporary files that editors and Playbill itself create next to the file they write: Vim, Emacs, JetBrains, `kit/files.ts`. */
const passing = /^\.|~$|^#.*#$|^4913$|\.(?:sw[a-p]|tmp|new)$|___jb_(?:tmp|old)___$/;

/** True for names of files that no test depends on. */
export function isLeftOut(name: string): boolean {
  return name === "node_modules" || passing.test(name);
}
