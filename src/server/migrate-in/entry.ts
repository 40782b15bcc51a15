/** A file of the folder of an export. */
export interface ExportEntry {
  /** From the folder, with slashes. */
  path: string;
  /** What problems call it. */
  name: string;
  size: number;
  /** By what it is called. */
  isJson: boolean;
}

/** The entry of a path, by what it is called. */
export function entryOf(path: string, name: string, size: number): ExportEntry {
  return { path, name, size, isJson: /\.(json|jsonl|ndjson)$/i.test(path) };
}

/** Characters of the shortest id that is looked for within a name: a shorter one may be there by chance (`page_1.txt`). */
const shortestInside = 6;

/**
 * What of a path may be the id of a file, the likeliest first: the name, with and without its endings (`file-1`, `file-1.tar.gz`), or what is between
 * two separators of it (`handbook_file-1.pdf`); then the same of the folders. Only whole words, as `file-1` is not in `file-12`.
 */
export function* possibleIds(path: string): Generator<string> {
  for (const name of path.split("/").toReversed()) {
    const ends = [...name.matchAll(/[._ ]|$/g)].map(({ index }) => index).toReversed();
    for (const end of ends) if (end === name.length || name[end] === ".") yield name.slice(0, end);
    const starts = [0, ...[...name.matchAll(/[._ -]/g)].map(({ index }) => index + 1)];
    for (const end of ends) for (const start of starts) if (end - start >= shortestInside) yield name.slice(start, end);
  }
}
