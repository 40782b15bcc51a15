import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { publishedFile } from "../kit/package-files.ts";
import { ProblemError, problem } from "../problem.ts";
import { inShell } from "../kit/shell.ts";
import { stateIgnoreFile } from "../api/folders.ts";
import { readVersion } from "./package.ts";
import type { World } from "./world.ts";
import { outputSchemas } from "../scenarios/output-schemas.ts";

/** Where the files of the template go that do not keep their place. */
const moved: Record<string, string> = {
  "workflow.yaml": ".github/workflows/playbill.yaml",
  "workflow-target.yaml": ".github/workflows/playbill-target.yaml",
};
/** Where the action goes that the workflows use: a copy that the project's own reviews cover. */
const actionFolder = ".github/actions/playbill";

/** `playbill init`: writes a small project; refuses when one of its files exists, before anything is written. */
export async function init(world: World, folder: string): Promise<number> {
  const root = resolve(world.cwd, folder);
  const files = new Map([
    ...(await templateFiles(root)),
    ...(await actionFiles()),
    ...(await schemaFiles()),
    stateIgnoreFile,
  ]);
  const existing = [...files.keys()].filter((path) => existsSync(join(root, path)));
  if (existing.length > 0) throw alreadyThere(relative(world.cwd, root) || ".", existing);
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { flag: "wx" });
  }
  world.stdout.write(outcome(relative(world.cwd, root), [...files.keys()], world.command(root)));
  return 0;
}

async function templateFiles(root: string): Promise<[string, string][]> {
  const folder = fileURLToPath(publishedFile("templates"));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const version = readVersion();
  return Promise.all(
    paths.toSorted().map(async (path): Promise<[string, string]> => {
      const text = await readFile(join(folder, path), "utf8");
      const filled = text.replaceAll("PROJECT_NAME", projectName(root)).replaceAll("PLAYBILL_VERSION", version);
      return [moved[path] ?? path, filled];
    }),
  );
}

async function actionFiles(): Promise<[string, string][]> {
  const names = ["action.yml", ...(await readdir(publishedFile("action"))).toSorted().map((name) => `action/${name}`)];
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => [
      `${actionFolder}/${name}`,
      await readFile(publishedFile(name), "utf8"),
    ]),
  );
}

async function schemaFiles(): Promise<[string, string][]> {
  // Nobody writes what `serve` records and what commands print.
  const all = await readdir(publishedFile("schemas"));
  const isWritten = (name: string) =>
    !name.startsWith("served-") && !Object.hasOwn(outputSchemas, name.split(".")[0] ?? "");
  const names = all.filter(isWritten).toSorted();
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => [
      `schemas/${name}`,
      await readFile(publishedFile(`schemas/${name}`), "utf8"),
    ]),
  );
}

/** The folder's name, as far as a project's name may hold it. */
function projectName(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63);
  return name === "" ? "assistants" : name;
}

function alreadyThere(folder: string, existing: string[]): ProblemError {
  const [first = "", ...rest] = existing;
  const more = rest.length === 0 ? "" : ` and ${rest.length} more of the files`;
  return new ProblemError([
    problem("file_exists", `${folder} already has ${first}${more}; nothing was written`, {
      hint: "Choose an empty folder: playbill init NAME",
    }),
  ]);
}

/** The paths, where the folders whose files come with Playbill as they are have a line each. */
function foldersOfCopies(paths: readonly string[]): string[] {
  const lines = paths.map((path) => {
    const folder = [`${actionFolder}/`, "schemas/"].find((each) => path.startsWith(each));
    if (folder === undefined) return path;
    return `${folder}  ${paths.filter((each) => each.startsWith(folder)).length} files`;
  });
  return [...new Set(lines)];
}

function outcome(folder: string, paths: string[], command: string): string {
  const steps = [
    ...(folder === "" ? [] : [`cd ${inShell(folder)}`]),
    ...["plan", "sync", "test"].map((name) => `${command} ${name}`),
  ];
  return [
    `Wrote ${paths.length} files:`,
    ...foldersOfCopies(paths).map((path) => `  ${path}`),
    "",
    "Next:",
    ...steps.map((step) => `  ${step}`),
    "",
  ].join("\n");
}
