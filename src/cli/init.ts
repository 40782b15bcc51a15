import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { publishedFile } from "../kit/package-files.ts";
import { ProblemError, fail, problem } from "../problem.ts";
import { inShell } from "../kit/shell.ts";
import { stateIgnoreFile } from "../api/folders.ts";
import { readVersion } from "./package.ts";
import type { World } from "./world.ts";
import { outputSchemas } from "../scenarios/output-schemas.ts";

/** The jobs that take the place of the one job of the tests, when the suite is run in parts. */
const shardJobs = "workflow-shards.yaml";
const mainWorkflow = ".github/workflows/playbill.yaml";

/** Where the files of the template go that do not keep their place. */
const moved: Record<string, string> = {
  "workflow.yaml": mainWorkflow,
  "workflow-target.yaml": ".github/workflows/playbill-target.yaml",
};
/** Where the action goes that the workflows use: a copy that the project's own reviews cover. */
const actionFolder = ".github/actions/playbill";

/** `playbill init`: writes a small project; refuses when one of its files exists, before anything is written. */
export async function init(world: World, folder: string, { ciShards }: { ciShards?: number }): Promise<number> {
  const root = resolve(world.cwd, folder);
  const named = relative(world.cwd, root);
  const isThere = ciShards !== undefined && existsSync(join(root, "playbill.yaml"));
  const templates = await templateFiles(root, ciShards ?? 1);
  const continuous = [...templates.filter(([path]) => path.startsWith(".github/")), ...(await actionFiles())];
  if (isThere) return writeContinuous(world, { root, ciShards, files: continuous });
  const files = new Map([...templates, ...continuous, ...(await schemaFiles()), stateIgnoreFile]);
  const existing = [...files.keys()].filter((path) => existsSync(join(root, path)));
  if (existing.length > 0) throw alreadyThere(named || ".", existing);
  for (const [path, text] of files) await writeNew(root, path, text);
  world.stdout.write(outcome(named, [...files.keys()], world.command(root)));
  return 0;
}

async function writeNew(root: string, path: string, text: string, flag = "wx"): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text, { flag });
}

/** Writes what runs in CI into a project that is there: files that are missing, and a workflow that is as `init` wrote it. */
async function writeContinuous(
  world: World,
  { root, ciShards, files }: { root: string; ciShards: number; files: [string, string][] },
): Promise<number> {
  const written: string[] = [];
  for (const [path, text] of files) {
    const before = await readFile(join(root, path), "utf8").catch(() => null);
    if (before === text) continue;
    if (before !== null && !(path === mainWorkflow && (await isAsWritten(root, before)))) {
      return fail("file_exists", `${path} is not as init writes it; nothing was written`, {
        hint: `Move it away, or change it by hand: docs/ci.md says how, under "A suite in shards".`,
      });
    }
    written.push(path);
  }
  for (const [path, text] of files) if (written.includes(path)) await writeNew(root, path, text, "w");
  const paths = foldersOfCopies(written).map((path) => `  ${path}`);
  const what =
    written.length === 0 ? "Nothing to write" : `Wrote ${written.length} ${written.length === 1 ? "file" : "files"}`;
  world.stdout.write(
    `${[`${what}; the suite runs in ${ciShards} ${ciShards === 1 ? "part" : "parts"}.`, ...paths].join("\n")}\n`,
  );
  return 0;
}

/** True for a workflow that is as `init` writes it for some number of shards. */
async function isAsWritten(root: string, text: string): Promise<boolean> {
  const [, parts = "1"] = /^ *part: \[([\d, ]+)\]$/m.exec(text) ?? [];
  const written = new Map(await templateFiles(root, parts.split(",").length));
  return written.get(mainWorkflow) === text;
}

/** The workflow with a job for each part of the suite, and one that makes a report of them. */
function sharded(workflow: string, jobs: string, shards: number): string {
  const parts = Array.from({ length: shards }, (_, index) => index + 1).join(", ");
  const filled = jobs.replaceAll("SHARDS", String(shards)).replace("PARTS", parts);
  return workflow.replace(/^ {2}test:\n[^]*?\n(?=\n {2}\w)/m, () => filled);
}

async function templateFiles(root: string, shards: number): Promise<[string, string][]> {
  const folder = fileURLToPath(publishedFile("templates"));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name !== shardJobs)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const version = readVersion();
  const jobs = await readFile(join(folder, shardJobs), "utf8");
  return Promise.all(
    paths.toSorted().map(async (path): Promise<[string, string]> => {
      const text = await readFile(join(folder, path), "utf8");
      const filled = text.replaceAll("PROJECT_NAME", projectName(root)).replaceAll("PLAYBILL_VERSION", version);
      const to = moved[path] ?? path;
      return [to, to === mainWorkflow && shards > 1 ? sharded(filled, jobs, shards) : filled];
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
