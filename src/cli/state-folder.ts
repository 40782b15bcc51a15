import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** `.playbill/.gitignore` and its text: of what Playbill keeps there, only the locks belong into Git. */
export const stateIgnoreFile: [path: string, text: string] = [
  ".playbill/.gitignore",
  "*\n!.gitignore\n!locks/\n!locks/**\n",
];

/** Makes `.playbill/` with its ignore file, unless it is there. Gives its path. */
export async function ensureStateFolder(root: string): Promise<string> {
  const [path, text] = stateIgnoreFile;
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  if (!existsSync(file)) await writeFile(file, text);
  return dirname(file);
}
