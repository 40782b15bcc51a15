import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { asText, objectsOf, asObject, parseJson } from "../../kit/json.ts";
import { publishedFile } from "../../kit/package-files.ts";

/** A file of Playbill that is the same in every project; `init --update` updates it. */
export interface OwnedFile {
  path: string;
  text: string;
}

/** The jobs that replace the test job when the suite runs in shards. */
const shardJobs = "workflow-shards.yaml";
export const mainWorkflow = ".github/workflows/playbill.yaml";
const targetWorkflow = ".github/workflows/playbill-target.yaml";

/** Folders whose files are shown as one line. */
export const ownedFolders: readonly string[] = [".github/actions/playbill/", "schemas/"];

/** The folders that coding agents search for skills: of Claude Code, and by the shared convention of others. */
const skillFolders = [".claude/skills", ".agents/skills"];

const published = (path: string) => readFile(publishedFile(path), "utf8");

/** The workflows and the action that they use, for a suite in that many shards. */
export async function continuousFiles(shards: number): Promise<OwnedFile[]> {
  const workflow = await published("templates/ci/workflow.yaml");
  const main = shards > 1 ? sharded(workflow, await published(`templates/ci/${shardJobs}`), shards) : workflow;
  return [
    { path: mainWorkflow, text: main },
    { path: targetWorkflow, text: await published("templates/ci/workflow-target.yaml") },
    ...(await actionFiles()),
  ];
}

/** The workflow with a job for each shard of the suite, and a job that merges the reports. */
function sharded(workflow: string, jobs: string, shards: number): string {
  const parts = Array.from({ length: shards }, (_, index) => index + 1).join(", ");
  const filled = jobs.replaceAll("SHARDS", String(shards)).replace("PARTS", parts);
  return workflow.replace(/^ {2}test:\n[^]*?\n(?=\n {2}\w)/m, () => filled);
}

/** The number of shards in which a workflow runs the suite. */
export function shardsOf(workflow: string): number {
  const [, parts = "1"] = /^ *part: \[([\d, ]+)\]$/m.exec(workflow) ?? [];
  return parts.split(",").length;
}

/** A copy of the action, which the project's own reviews cover. */
async function actionFiles(): Promise<OwnedFile[]> {
  const names = ["action.yml", ...(await readdir(publishedFile("action"))).toSorted().map((name) => `action/${name}`)];
  return Promise.all(
    names.map(async (name) => ({ path: `.github/actions/playbill/${name}`, text: await published(name) })),
  );
}

/** The schemas of all kinds of YAML file. */
export async function schemaFiles(): Promise<OwnedFile[]> {
  const { schemas } = asObject(parseJson(await published("schemas/catalog.json")));
  const paths = objectsOf(schemas).map(({ url }) => asText(url).replace(/^.*\/(?=schemas\/)/, ""));
  return Promise.all(paths.toSorted().map(async (path) => ({ path, text: await published(path) })));
}

/** The instructions for coding agents. */
export async function skillFiles(): Promise<OwnedFile[]> {
  const text = await published("SKILL.md");
  return skillFolders.map((folder) => ({ path: `${folder}/playbill/SKILL.md`, text }));
}

/** The text of a file of a project; `null` when it does not exist. */
export async function textAt(root: string, path: string): Promise<string | null> {
  const file = join(root, path);
  return existsSync(file) ? readFile(file, "utf8") : null;
}
