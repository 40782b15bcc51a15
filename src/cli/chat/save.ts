import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { readProject } from "../../api/load.ts";
import { runByScript } from "../../api/testing/by-script.ts";
import { fail, ProblemError } from "../../problem.ts";
import { openProjectFiles } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { schemaLine } from "../../project/write/schema-line.ts";
import { writeProjectFiles } from "../../project/write/write-files.ts";
import { renderFailure } from "../../scenarios/reports/failure.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { SeenConversation } from "../../scenarios/transcripts/conversation.ts";
import { seenTurnOf } from "../../scenarios/transcripts/read/turn-record.ts";
import { createRedactor } from "../../scenarios/transcripts/redaction/redact.ts";
import { scenarioText } from "../../scenarios/transcripts/write/scenario.ts";
import { inShell } from "../../kit/shell.ts";
import type { World } from "../world.ts";
import type { ChatTurn } from "./state.ts";

/** What saving a chat needs. */
interface SaveContext {
  world: World;
  project: Project;
  config: ResolvedTarget;
  assistant: string;
  functions: readonly string[];
}

/**
 * Writes the turns of a chat as a scenario, runs it from its script, and returns a summary. Secrets are left out, personal data is replaced, and
 * no file is overwritten. Throws a ProblemError when nothing was written.
 */
export async function saveChat(context: SaveContext, name: string, turns: readonly ChatTurn[]): Promise<string> {
  const { world, project } = context;
  const path = freePath(project, name);
  const redactor = createRedactor(new Set());
  const seen = redactor.redact(seenChat(context, turns, path));
  const header = schemaLine("scenario", posix.dirname(path), (file) => existsSync(join(project.root, file)));
  const { assistant, functions } = context;
  const written = scenarioText(seen, { assistant, functions, folder: posix.dirname(path), header });
  if (written === null) return fail("not_written", "the conversation has a value that cannot be written as YAML");
  await readAs(world, path, written.text);
  await writeProjectFiles(openProjectFiles(project.root), [{ path, text: written.text, before: null }]);
  const saved = await readAs(world, path);
  const results = await runByScript(world, saved, context.config, new Set([path]));
  return savedText(world, path, written.expectations, results) + replacedText(redactor.counts());
}

/** The path of a new scenario; throws a ProblemError when the name is invalid or taken. */
function freePath({ root, files }: Project, name: string): string {
  const stem = name.replace(/^scenarios\//, "").replace(/\.yaml$/, "");
  if (!/^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]*$/.test(stem)) {
    return fail("bad_file_name", `"${name}" is not a valid scenario name`, {
      hint: "Use letters, digits, dots, hyphens and underscores, for example /save late-order.",
    });
  }
  const path = `scenarios/${stem}.yaml`;
  const address = `scenario.${posix.basename(stem)}`.toLowerCase();
  const taken = [...files].find(([each]) => each.toLowerCase() === address)?.[1];
  const other = taken ?? (existsSync(join(root, path)) ? path : null);
  if (other === null) return path;
  return fail("file_exists", `${other} already exists; nothing was written`, { hint: "Use another name with /save." });
}

function seenChat({ world, assistant }: SaveContext, turns: readonly ChatTurn[], path: string): SeenConversation {
  const seen = turns.map(({ record }) => seenTurnOf(record) ?? refuseCalls(record.number));
  return world.secrets.redactJson({
    name: null,
    assistant,
    instructions: null,
    tools: [],
    opening: [],
    turns: seen,
    source: { file: path, line: null },
  });
}

function refuseCalls(turn: number): never {
  return fail(
    "not_written",
    `turn ${turn} has a call whose arguments are not a JSON object, which a scenario cannot contain`,
    {
      hint: "Remove the turn with /undo.",
    },
  );
}

/** The project with the new scenario; throws a ProblemError when it has faults. */
async function readAs(world: World, path: string, text?: string): Promise<Project> {
  const need = { files: "all" as const, isSelected: (_: string, file: string) => file === path };
  const { project, problems } = await readProject(world, need, new Map(text === undefined ? [] : [[path, text]]));
  if (project === null) throw new ProblemError(problems);
  return project;
}

/** The replaced kinds of personal data, in words; empty when there are none. */
function replacedText(counts: ReadonlyMap<string, number>): string {
  const kinds = [...counts].filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  return kinds.length === 0 ? "" : `; personal data was replaced: ${kinds.join(", ")}`;
}

/** `scenarios/late.yaml: 3 expectations, passes`, or why it does not pass. */
function savedText(
  { command, cwd }: World,
  path: string,
  expectations: number,
  results: readonly ScenarioResult[],
): string {
  const counted = `${expectations} ${expectations === 1 ? "expectation" : "expectations"}`;
  const bad = results.filter(({ status }) => status !== "passed" && status !== "observed");
  const repeat = (id: string) => `${command(cwd)} test --id ${inShell(id)}`;
  if (bad.length === 0) return `${path}: ${counted}, passes`;
  const failures = bad.map((each) => renderFailure(each, { color: false, repeat }));
  return [`${path}: ${counted}, does not pass yet`, ...failures].join("\n\n");
}
