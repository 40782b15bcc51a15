import { fitsGlob } from "../../kit/glob.ts";

/** A file as the record knows it. */
export interface KnownFile {
  id: string;
  name: string | null;
}

/** True for a file whose name fits a glob, and for any when there is none. */
export function isNamed({ name }: KnownFile, glob: string | null): boolean {
  return glob === null || (name !== null && fitsGlob(name, glob));
}

/** The files, each once, with how often it is there: `guide.md (2), file-1 (its name is not known)`. */
export function listFiles(files: readonly KnownFile[]): string {
  const groups = [...Map.groupBy(files, ({ id }) => id).values()];
  return groups
    .map((group) => {
      const { id, name } = group[0] as KnownFile;
      const label = name ?? `${id} (its name is not known)`;
      return group.length === 1 ? label : `${label} (${group.length} times)`;
    })
    .join(", ");
}
