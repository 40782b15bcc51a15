#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { writeSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { isSupportedNode, oldNodeProblem } from "./cli/node-version.ts";
import { asksForVersion, readVersion } from "./cli/package.ts";

/** What a command hung in, such as a connection or a thread, may keep the process for so many milliseconds. */
const endingTime = 100;

// Node asks the system for each variable that is read, and the YAML parser reads one for every token. Names on Windows ignore case, which a copy would not.
if (process.platform !== "win32") process.env = { ...process.env };
const argv = process.argv.slice(2);
if (!isSupportedNode(process.versions.node)) {
  const { renderProblems } = await import("./problem-text.ts");
  process.stderr.write(renderProblems([await oldNodeProblem(process.versions.node)], { color: false }));
  process.exitCode = 4;
} else if (!asksForVersion(argv) || !isWritten(`${readVersion()}\n`)) {
  const { default: module } = await import("node:module");
  // In the system's temporary folder; from the second start on, less is to be compiled.
  module.enableCompileCache();
  // Garbage is collected when the heap has grown by so many percent, not when it has doubled: less memory, and no more time.
  setFlagsFromString("--heap-growing-percent=20");
  const { main } = await import("./cli/main.ts");
  const { createWorld } = await import("./cli/world.ts");
  const world = createWorld();
  process.exitCode = await main(argv, world);
  // Everything was written by now, so nothing is lost.
  setTimeout(end, endingTime).unref();
}

/** Kills what this process started, down to the last, and ends with the exit code that it is given. */
const ending =
  'end() { for child in $(pgrep -P "$1"); do end "$child"; kill -KILL "$child"; done; }; end $$ 2>/dev/null; exit "$1"';

/**
 * Ends the process whatever keeps it. Node waits for its threads when it exits, and one that is in a call of the system, such as
 * `execSync`, comes to no end; a program in place of this one takes no threads with it, and ends what they had started.
 */
function end(): void {
  const code = String(process.exitCode ?? 0);
  if (process.platform !== "win32" && typeof process.execve === "function")
    process.execve("/bin/sh", ["sh", "-c", ending, "sh", code], { ...process.env });
  // oxlint-disable-next-line unicorn/no-process-exit
  process.exit();
}

/** Writes a short text to the standard output; `false` when it cannot, which a command says in words. */
function isWritten(text: string): boolean {
  try {
    return writeSync(1, text) === text.length;
  } catch {
    return false;
  }
}
