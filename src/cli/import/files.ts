import { openProjectFiles } from "../../project/files.ts";
import { type ImportDraft, takenPaths, textsOf } from "../../project/write/import-draft.ts";
import { writeProjectFiles } from "../../project/write/write-files.ts";

/** Writes the files that do not exist yet, all or none, and returns their paths from the root. */
export async function writeDrafts(root: string, drafts: readonly ImportDraft[]): Promise<string[]> {
  const files = openProjectFiles(root);
  const isTaken = takenPaths(files);
  const missing = [...textsOf(drafts)].filter(([path]) => !isTaken(path));
  await writeProjectFiles(
    files,
    missing.map(([path, text]) => ({ path, text, before: null })),
  );
  return missing.map(([path]) => path);
}
