import { readFile, readdir } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { compareText } from "../../kit/json.ts";
import { publishedFile } from "../../kit/package-files.ts";
import { manifestText } from "./manifest.ts";
import { type TemplateName, templates } from "./templates.ts";

/** Files that stay unchanged where they exist, because other tools use them too. */
export const sharedFiles: readonly string[] = [".editorconfig", ".gitignore"];

/** The files of a new project from a template, by path, without those for CI and editors. */
export async function templateFiles(root: string, name: TemplateName, version: string): Promise<Map<string, string>> {
  const project = projectName(root);
  const layers = await Promise.all(["common", ...templates[name].folders].map(filesIn));
  const files = new Map(layers.flat());
  const filled = [...files].map(([path, text]) => [path, text.replaceAll("PROJECT_NAME", project)] as const);
  const all = new Map([...filled, ["package.json", manifestText(project, version)]]);
  return new Map([...all].toSorted(([a], [b]) => compareText(a, b)));
}

/** The files of a folder under `templates/`. npm does not publish `.gitignore`, so leading dots are added here. */
async function filesIn(template: string): Promise<[path: string, text: string][]> {
  const folder = fileURLToPath(publishedFile(`templates/${template}`));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      const text = await readFile(join(folder, path), "utf8");
      return [sharedFiles.includes(`.${path}`) ? `.${path}` : path, text];
    }),
  );
}

/** The folder's name without the characters that are not allowed in a project's name. */
function projectName(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63);
  return name === "" ? "assistants" : name;
}
