import { join } from "node:path";
import { writeTogether } from "../../kit/files.ts";
import { ProblemError, problem } from "../../problem.ts";
import { openProjectFiles } from "../../project/files.ts";
import { type ImportDraft, takenPaths, textsOf } from "../../project/write/import-draft.ts";

/** Writes the files that are not there yet, all or none, and gives their paths from the root. */
export async function writeDrafts(root: string, drafts: readonly ImportDraft[]): Promise<string[]> {
  const files = openProjectFiles(root);
  const isTaken = takenPaths(files);
  const missing = [...textsOf(drafts)].filter(([path]) => !isTaken(path));
  const linked = files
    .linksOut(["assistants", "assistants/tools"])
    .filter((path) => missing.some(([each]) => each.startsWith(`${path}/`)));
  if (linked.length > 0) {
    throw new ProblemError(
      linked.map((path) =>
        problem("outside_project", `"${path}" is a link out of the project; nothing was written`, {
          hint: "Playbill writes only under the folder of playbill.yaml. Put the folder itself there.",
        }),
      ),
    );
  }
  await writeTogether(missing.map(([path, text]) => ({ file: join(root, path), text, before: null })));
  return missing.map(([path]) => path);
}
