/** A file of the folder of an export. */
export interface ExportEntry {
  /** From the folder, with slashes. */
  path: string;
  /** What problems call it. */
  name: string;
  /** The id that its path names, or `null`. */
  id: string | null;
  size: number;
  /** By what it is called. */
  isJson: boolean;
}

/** Ids of files in paths: `file-abc123.pdf`, `file-abc123/handbook.pdf`, `handbook_file-abc123.pdf`. */
const fileId = /(?:^|[/._ -])((?:file|assistant)-[A-Za-z0-9]{3,})(?![A-Za-z0-9-])/g;

/** The entry of a path, by what it is called. */
export function entryOf(path: string, name: string, size: number): ExportEntry {
  const ids = [...path.matchAll(fileId)];
  return { path, name, id: ids.at(-1)?.[1] ?? null, size, isJson: /\.(json|jsonl|ndjson)$/i.test(path) };
}
