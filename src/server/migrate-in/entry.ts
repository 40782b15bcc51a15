/** A file in the folder of an export. */
export interface ExportEntry {
  /** Relative to the folder, with slashes. */
  path: string;
  /** Its name in problems. */
  name: string;
  size: number;
  /** True when its name has an extension of JSON. */
  isJson: boolean;
}

/** The entry of a path. */
export function entryOf(path: string, name: string, size: number): ExportEntry {
  return { path, name, size, isJson: /\.(json|jsonl|ndjson)$/i.test(path) };
}

/** The length of the shortest id that is searched for within a name: a shorter one may match by chance (`page_1.txt`). */
const shortestInside = 6;

/**
 * The parts of a path that may be the id of a file, the likeliest first: the name, with and without its extensions (`file-1`, `file-1.tar.gz`), or what is between
 * two of its separators (`handbook_file-1.pdf`); then the same for the folders. Only complete words, since `file-12` does not contain `file-1`.
 */
export function* possibleIds(path: string): Generator<string> {
  for (const name of path.split("/").toReversed()) {
    const ends = [...name.matchAll(/[._ ]|$/g)].map(({ index }) => index).toReversed();
    for (const end of ends) if (end === name.length || name[end] === ".") yield name.slice(0, end);
    const starts = [0, ...[...name.matchAll(/[._ -]/g)].map(({ index }) => index + 1)];
    for (const end of ends) for (const start of starts) if (end - start >= shortestInside) yield name.slice(start, end);
  }
}
