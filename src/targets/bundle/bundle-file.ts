import { compareText, isAlike, isObject } from "../../kit/json.ts";
import { jsonFaultOf } from "../../kit/json-fault.ts";
import { type Place, ProblemError, fail, problem } from "../../problem.ts";
import { type WrittenAssistant, type WrittenBundle, bundleFault, bundleText } from "./format.ts";

/** The file in which a target publishes assistants. */
export interface PublishedFile {
  /** Relative to the project's root. */
  path: string;
  /** `null` when there is no such file. Throws the system's error, or a ProblemError when the path leads out of the project. */
  read(this: void): Promise<string | null>;
  /** Replaces the file atomically. Throws like `read`. */
  write(this: void, text: string): Promise<void>;
}

/** The assistants of a bundle by name. */
export type Entries = ReadonlyMap<string, WrittenAssistant>;

/** A bundle on disk. Every method throws a ProblemError for a file that cannot be used. */
export interface BundleFile {
  /** The current entries; `null` when the file does not exist. */
  entries(this: void): Promise<Entries | null>;
  /** Changes the entries; resolves when the file is written. Concurrent changes are written together. An `edit` that throws changes nothing. */
  change(this: void, edit: (entries: Map<string, WrittenAssistant>) => void): Promise<void>;
}

interface Waiting {
  edit: (entries: Map<string, WrittenAssistant>) => void;
  resolve(this: void): void;
  reject(this: void, error: unknown): void;
}

/** Reads and writes the bundle in a file. */
export function openBundleFile(file: PublishedFile): BundleFile {
  let known: { text: string; entries: Entries } | null = null;
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function entries(): Promise<Entries | null> {
    const text = await file.read().catch((error: Error) => {
      if (error instanceof ProblemError) throw error;
      return unusable(`cannot read ${file.path}: ${error.message}`);
    });
    if (text === null) return null;
    if (known?.text !== text) known = { text, entries: parseBundle(text, file.path) };
    return known.entries;
  }

  /** Writes the waiting changes, and those that arrive meanwhile. */
  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await writeGroup(group).catch((error: unknown) => group.forEach(({ reject }) => reject(error)));
    }
    isWriting = false;
  }

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    const next = new Map(await entries());
    const done = group.filter(({ edit, reject }) => {
      try {
        edit(next);
        return true;
      } catch (error) {
        reject(error);
        return false;
      }
    });
    await file.write(bundleText(next)).catch((error: Error) => {
      if (error instanceof ProblemError) throw error;
      fail("bundle_not_saved", `cannot write ${file.path}: ${error.message}`);
    });
    done.forEach(({ resolve }) => resolve());
  }

  return {
    entries,
    change: (edit) =>
      new Promise((resolve, reject) => {
        waiting.push({ edit, resolve, reject });
        if (!isWriting) void writeAll();
      }),
  };
}

function unusable(message: string, place?: Place): never {
  const hint =
    "Playbill generates this file. Delete it, and sync creates it again; if it is in Git, git checkout restores it.";
  return fail("bad_bundle", message, { hint, ...(place && { place }) });
}

/** The assistants in the text of a bundle. Throws a ProblemError (`bad_bundle`, `bundle_version`). */
export function parseBundle(text: string, path: string): Entries {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { why, at } = jsonFaultOf(text, error as SyntaxError);
    return unusable(`${path} is not JSON: ${why}`, placeIn(path, text, at));
  }
  const fault = bundleFault(value);
  if (fault === null) return new Map(Object.entries((value as WrittenBundle).assistants).toSorted(byName));
  const place = placeIn(path, text, Math.max(0, text.indexOf(`"${fault.at.at(-1) ?? "{"}"`)));
  if (fault.kind !== "other_version") return unusable(`${path} cannot be used: ${fault.message}`, place);
  throw new ProblemError([
    problem("bundle_version", `${path} cannot be used: ${fault.message}`, {
      place,
      hint: "A newer version of Playbill wrote it: upgrade this one. To create it again with this version, delete it and sync.",
    }),
  ]);
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return compareText(one, other);
}

function placeIn(file: string, text: string, at: number): Place {
  const before = text.slice(0, at).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { file, line: before.length, column, length: 1, text: text.split("\n")[before.length - 1] ?? "" };
}

/**
 * Throws a ProblemError (`bundle_edited`) when an entry has something that Playbill would not write, and that no plan could show. `again` is the
 * entry as Playbill would write it from what was read.
 */
export function checkOwnWriting(path: string, name: string, entry: WrittenAssistant, again: WrittenAssistant): void {
  const way = wayOfDifference({ ...entry, fingerprint: again.fingerprint }, again);
  if (way === null) return;
  const message = `${path} was edited by hand: Playbill did not write ${way.join(".")} of the assistant "${name}"`;
  const hint =
    "Put it into the assistant's YAML if there is a key for it, and remove it from this file, which is generated.";
  throw new ProblemError([problem("bundle_edited", message, { hint })]);
}

/** The path to the first difference between two values; `null` when they are equal. */
function wayOfDifference(one: unknown, other: unknown): string[] | null {
  if (isAlike(one, other)) return null;
  if (!isObject(one) || !isObject(other)) return [];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const key = keys.find((each) => !isAlike(one[each], other[each]));
  return key === undefined ? [] : [key, ...(wayOfDifference(one[key], other[key]) ?? [])];
}
