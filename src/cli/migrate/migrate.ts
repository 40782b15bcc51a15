import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { readProject } from "../../api/load.ts";
import { sizeText } from "../../kit/size.ts";
import { fail, ProblemError } from "../../problem.ts";
import { maxFileBytes, openProjectFiles } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { takenPaths } from "../../project/write/import-draft.ts";
import { writeProjectFiles } from "../../project/write/write-files.ts";
import { schemaLine } from "../../project/write/schema-line.ts";
import { readEvals } from "../../scenarios/migrate/evals/read.ts";
import { readPromptfoo } from "../../scenarios/migrate/promptfoo/read.ts";
import type { ReadText } from "../../scenarios/migrate/promptfoo/source.ts";
import type { MigratedSuite } from "../../scenarios/migrate/suite.ts";
import { type DraftScenario, writtenSuite } from "../../scenarios/migrate/write.ts";
import { warn } from "../warn.ts";
import type { World } from "../world.ts";
import { migrationJson, renderMigration } from "./report.ts";

/** The options of both commands. */
interface MigrateOptions {
  assistant?: string;
  dryRun?: true;
  json?: true;
}

/** `playbill migrate evals`: converts hosted evals to scenarios. Returns 1 when something could not be converted. */
export async function migrateEvals(world: World, files: string[], options: MigrateOptions): Promise<number> {
  return migrate(world, files[0] ?? "", options, () =>
    readEvals(files.map((file) => ({ file, text: readText(resolve(world.cwd, file), file) }))),
  );
}

/** `playbill migrate promptfoo`: converts a promptfoo suite to scenarios. Returns 1 when something could not be converted. */
export async function migratePromptfoo(world: World, file: string, options: MigrateOptions): Promise<number> {
  const path = resolve(world.cwd, file);
  return migrate(world, file, options, () => readPromptfoo(file, readText(path, file), besides(path)));
}

async function migrate(
  world: World,
  shown: string,
  options: MigrateOptions,
  read: () => MigratedSuite,
): Promise<number> {
  const { project, problems } = await readProject(world, { files: "resources" });
  if (project === null) throw new ProblemError(problems);
  const assistant = assistantFor(project, options.assistant);
  const suite = world.secrets.redactJson(read());
  const files = openProjectFiles(project.root);
  const isTaken = takenPaths(files);
  const stems = new Set([...project.files.keys()].map((address) => address.toLowerCase()));
  const { drafts, unwritable } = writtenSuite(suite.cases, {
    assistant,
    header: schemaLine("scenario", "scenarios", isTaken),
    isFree: (stem) =>
      !stems.has(`scenario.${stem}`) && !isTaken(`scenarios/${stem}.yaml`) && !isTaken(`scenarios/files/${stem}.yaml`),
  });
  for (const name of unwritable)
    suite.missing.push({
      file: shown,
      line: 1,
      what: `test ${name}`,
      why: "it has a value that cannot be written as YAML",
    });
  await readBack(world, drafts);
  const isDry = options.dryRun === true;
  const made = drafts.flatMap((draft) => draft.files);
  if (!isDry)
    await writeProjectFiles(
      files,
      made.map(({ path, text }) => ({ path, text, before: null })),
    );
  const result = { drafts, missing: suite.missing, changed: suite.changed, isDry };
  world.stdout.write(options.json === true ? migrationJson(result) : renderMigration(result, world.command(world.cwd)));
  return suite.missing.length > 0 ? 1 : 0;
}

function assistantFor({ assistants }: Project, given: string | undefined): string {
  const name = given?.replace(/^assistant\./, "");
  const names = [...assistants.keys()];
  const [only = ""] = names;
  if (name === undefined && names.length === 1) return only;
  if (name !== undefined && assistants.has(name)) return name;
  const there =
    names.length === 0
      ? "The project has no assistants: create assistants/NAME.yaml first."
      : `Known assistants: ${names.slice(0, 10).join(", ")}.`;
  if (name !== undefined) return fail("unknown_address", `there is no assistant "${name}"`, { hint: there });
  return fail("bad_flag", "it is unclear which assistant to test", {
    hint: `Add --assistant NAME. ${there}`,
  });
}

/** Throws a ProblemError when the drafts are not valid; nothing is written then. */
async function readBack(world: World, drafts: readonly DraftScenario[]): Promise<void> {
  const texts = new Map(drafts.flatMap(({ files }) => files.map(({ path, text }) => [path, text] as const)));
  if (texts.size === 0) return;
  const { problems } = await readProject(world, { files: "all", isSelected: (_, file) => texts.has(file) }, texts);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new ProblemError(errors);
  warn(world, problems);
}

/** The largest file, in bytes. Data of suites may be large and is read into memory. */
const largest = 50 * maxFileBytes;

/** The text of a file named on the command line; throws a ProblemError when it cannot be read. */
function readText(path: string, shown: string): string {
  const read = textOf(path);
  return "text" in read ? read.text : fail("missing_file", `${shown} cannot be read: ${read.why}`);
}

/** Reads files in the folder of a suite and below it; links must not lead out of it. */
function besides(suite: string): ReadText {
  const folder = realpathSync(dirname(suite));
  return (path) => {
    const read = textOf(join(folder, path), folder);
    return "text" in read ? read : { why: `it cannot be read: ${read.why}` };
  };
}

/** The text of a file, or why it cannot be read. With a `folder`, the file must be inside it. */
function textOf(path: string, folder: string | null = null): { text: string } | { why: string } {
  try {
    const file = realpathSync(path);
    const from = folder === null ? "" : relative(folder, file);
    if (from === ".." || from.startsWith(`..${sep}`)) return { why: "it is outside the suite's folder" };
    const found = statSync(file);
    // Reading from a pipe might never end.
    if (!found.isFile()) return { why: found.isDirectory() ? "it is a folder" : "it is not a file" };
    if (found.size > largest) return { why: `it has more than ${sizeText(largest)}` };
    return { text: readFileSync(file, "utf8") };
  } catch (error) {
    return { why: systemWords(error) };
  }
}

/** The reason in words of a file system error; rethrows any other error. */
function systemWords(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== "string") throw error;
  return code === "ENOENT" ? "it does not exist" : code;
}
