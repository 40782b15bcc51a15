import { fitsGlob } from "../../kit/glob.ts";

/** A file as the record knows it. */
export interface KnownFile {
  id: string;
  name: string | null;
}

/** True for a file whose name matches the glob, and for any file when there is no glob. */
export function isNamed({ name }: KnownFile, glob: string | null): boolean {
  return glob === null || (name !== null && fitsGlob(name, glob));
}

/** The files, each once, with the number of occurrences: `guide.md (2 times), file-1 (name unknown)`. */
export function listFiles(files: readonly KnownFile[]): string {
  const groups = [...Map.groupBy(files, ({ id }) => id).values()];
  return groups
    .map((group) => {
      const { id, name } = group[0] as KnownFile;
      const label = name ?? `${id} (name unknown)`;
      return group.length === 1 ? label : `${label} (${group.length} times)`;
    })
    .join(", ");
}
