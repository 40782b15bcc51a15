import { join, posix } from "node:path";
import { writeTogether } from "../../kit/files.ts";
import { ProblemError, problem } from "../../problem.ts";
import type { ProjectFiles } from "../files.ts";

/** A change to a project file; `before` is the current text, `null` for a new file. */
export interface ProjectFileChange {
  /** From the root. */
  path: string;
  text: string;
  before: string | null;
}

/**
 * Writes files of a project, all or none. Throws a ProblemError before writing anything when a link leads one of them out of the project, and
 * the system's error when something cannot be written.
 */
export async function writeProjectFiles(files: ProjectFiles, changes: readonly ProjectFileChange[]): Promise<void> {
  const folders = new Set(changes.flatMap(({ path }) => foldersAbove(path)));
  const linked = files.linksOut([...folders]);
  const out = new Set(
    linked.filter((each) => changes.some(({ path }) => path === each || path.startsWith(`${each}/`))),
  );
  if (out.size > 0) {
    throw new ProblemError(
      [...out].map((path) =>
        problem("outside_project", `"${path}" is a link out of the project; nothing was written`, {
          hint: "Playbill writes only under the folder of playbill.yaml. Move the folder itself there.",
        }),
      ),
    );
  }
  await writeTogether(changes.map(({ path, text, before }) => ({ file: join(files.root, path), text, before })));
}

/** `a/b` and `a` of `a/b/c.yaml`. */
function foldersAbove(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === "." ? [] : [folder, ...foldersAbove(folder)];
}
