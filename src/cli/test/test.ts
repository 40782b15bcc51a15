import { randomUUID } from "node:crypto";
import { relative, resolve } from "node:path";
import { createSystemClock } from "../../kit/clock.ts";
import { inParallel } from "../../kit/parallel.ts";
import { TimedOut, within } from "../../kit/waiting.ts";
import { printable } from "../../kit/terminal-text.ts";
import { contentsOf } from "../../project/contents.ts";
import { type Problem, ProblemError, fail, problem } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import { scenarioKey } from "../../project/script.ts";
import { schemaFaults } from "../../schema/json-schema.ts";
import { createResultsFile } from "../../scenarios/results-file.ts";
import type { RunDeps } from "../../scenarios/attempt.ts";
import { joinSecrets } from "../../scenarios/streamed-secrets.ts";
import { happeningLines } from "../../scenarios/reports/transcript.ts";
import { runScenarios } from "../../scenarios/pool.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { selectScenarios, skipReason } from "../../scenarios/select.ts";
import { createHandlers } from "../../scenarios/stubs/handlers.ts";
import { addResult, emptySummary, exitCodeOfRun } from "../../scenarios/summary.ts";
import { desiredWithKnowledge, sensitiveValues } from "../../project/desired.ts";
import { learnSensitive } from "../../project/vars.ts";
import type { Desired } from "../../resources/resource.ts";
import { lockPath, readLock } from "../../sync/lock/lock-file.ts";
import type { TestSession } from "../../targets/target.ts";
import { type AssistantLookup, declaredAssistants, deployedAssistants, knowledgeIn } from "./assistants-under-test.ts";
import { assistantAddress, expandAll, functionsOf, scriptsOf } from "../expansion.ts";
import { inShell } from "../invocation.ts";
import { loadForTests, warn } from "../load.ts";
import { type OpenTarget, openTarget } from "../open-target.ts";
import { createKnowledgeProgress } from "../sync/progress.ts";
import { redacted } from "../redacted.ts";
import { openReporters } from "./reporters.ts";
import { ensureStateFolder } from "../folders.ts";
import type { World } from "../world.ts";

interface TestOptions {
  target?: string;
  tag?: string[];
  notTag?: string[];
  grep?: string;
  id?: string[];
  jobs: number;
  bail?: true;
  deployed?: true;
  reporter?: string[];
  verbose?: true;
  json?: true;
}

/** Milliseconds in which everything that was made at the target is deleted again; a target that limits its rate takes long. */
const closingTime = 120_000;

/** `playbill test`: runs the scenarios that were asked for, judges them and reports. */
export async function test(world: World, paths: string[], options: TestOptions): Promise<number> {
  const begin = world.now();
  const isSelected = isAskedFor(world, paths, options);
  const { project, testProblems } = await loadForTests(world, { files: "all", isSelected });
  const config = resolveTarget(project, options.target, world.env);
  const all = expandAll(project, config, isSelected);
  const selected = select(world, project, all, paths, options);
  refuseUnfit(selected, testProblems);
  const today = new Date(begin).toISOString().slice(0, 10);
  const toRun = selected.filter((scenario) => skipReason(scenario, today) === null);
  const names = toRun.map(({ assistant }) => assistant);
  const desired = options.deployed === true ? [] : desiredWithKnowledge(project, config, names);
  learnSensitive(sensitiveValues(desired), world.secrets);
  const scripts = scriptsOf(project, config, all);
  const open = await openTarget(world, project, config, { scripts, willWrite: true });
  try {
    const assistantOf = await lookup(project, open, desired, options.deployed ?? false);
    const progress = createKnowledgeProgress(world.stderr);
    const session = open.target.testing({
      project: project.name,
      target: open.name,
      runId: randomUUID().slice(0, 8),
      resources: knowledgeIn(desired),
      contentOf: contentsOf(project, desired),
      onProgress: progress.tell,
    });
    try {
      await warmUp(toRun, session, assistantOf, options.jobs).finally(progress.end);
      return await runAndReport(
        world,
        project,
        { selected, today, begin },
        depsFor(world, project, session, assistantOf),
        options,
      );
    } finally {
      const closing = within(closingTime, createSystemClock({ keepsAlive: true }), session.close());
      await closing.catch((error: unknown) => warn(world, [leftBehind(error, open.name)]));
    }
  } finally {
    await open.close();
  }
}

/** The scenario's own metadata, and which scenario it is: what the embedded server answers by. The API takes 16 pairs, and values of 512 characters. */
function threadMetadata({ metadata, id }: Scenario): Record<string, string> {
  const isFull = id.length > 512 || Object.keys(metadata).length >= 16;
  return isFull ? { ...metadata } : { ...metadata, [scenarioKey]: id };
}

/** Refuses scenarios that cannot be run as they are; those that were not asked for do not matter. */
function refuseUnfit(selected: readonly Scenario[], problems: readonly Problem[]): void {
  const files = new Set(selected.map(({ file }) => file));
  const found = problems.filter(({ severity, place }) => severity === "error" && files.has(place?.file ?? ""));
  if (found.length > 0) throw new ProblemError(found);
}

/** What was found out about the assistants stays true when the copies of them could not all be deleted. */
function leftBehind(error: unknown, target: string): Problem {
  if (!(error instanceof ProblemError || error instanceof TimedOut)) throw error;
  const why = error instanceof TimedOut ? error.message : error.problems.map(({ message }) => message).join("; ");
  return problem(
    "assistants_left_behind",
    `throw-away assistants or their knowledge may be left at ${target}: ${why}`,
    {
      hint: "A later test deletes those that are more than an hour old.",
    },
  );
}

async function lookup(
  project: Project,
  { name, isEmbedded }: OpenTarget,
  desired: readonly Desired[],
  isDeployed: boolean,
): Promise<AssistantLookup> {
  if (!isDeployed) return declaredAssistants(desired);
  return deployedAssistants(name, await readLock(project.root, lockPath(name, isEmbedded)));
}

/**
 * Loads and makes beforehand what would otherwise count as time of the first scenarios and their first turns. What cannot be made is
 * tried again by the scenarios, which then say why.
 */
async function warmUp(
  toRun: Scenario[],
  session: TestSession,
  assistantOf: AssistantLookup,
  jobs: number,
): Promise<void> {
  schemaFaults({});
  const addresses = new Set(toRun.map(assistantAddress));
  const prepare = async (address: string) => session.prepare(assistantOf(address));
  await Array.fromAsync(inParallel(addresses, jobs, (address) => prepare(address).catch(() => null)));
}

function depsFor(world: World, project: Project, session: TestSession, assistantOf: AssistantLookup): RunDeps {
  return {
    openConversation: async (scenario) =>
      session.open({
        assistant: assistantOf(assistantAddress(scenario)),
        messages: [...scenario.opening],
        metadata: threadMetadata(scenario),
      }),
    tools: project.tools,
    functionsOf: ({ assistant }) => functionsOf(project, assistant),
    handlers: createHandlers({
      root: project.root,
      env: world.env,
      print: (text) => world.stderr.write(printable(text)),
    }),
    clock: createSystemClock({ keepsAlive: true }),
  };
}

/** The scenarios that a command line asks for; paths are from the current folder. Throws a ProblemError when there is none. */
/** Of the files, by path and id: what else is asked of scenarios is known when they are read. */
function isAskedFor(world: World, paths: readonly string[], { id: ids = [] }: TestOptions) {
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const chosen = paths.map((path) => relative(root, resolve(world.cwd, path)).replaceAll("\\", "/"));
  const addresses = ids.map((id) => `scenario.${id.replace(/\[.*$/, "")}`);
  return (address: string, file: string): boolean =>
    address.startsWith("scenario.") &&
    (chosen.length === 0 || chosen.some((path) => path === "" || file === path || file.startsWith(`${path}/`))) &&
    (addresses.length === 0 || addresses.includes(address));
}

function select(world: World, project: Project, all: Scenario[], paths: string[], options: TestOptions): Scenario[] {
  const fromRoot = (path: string) => relative(project.root, resolve(world.cwd, path)).replaceAll("\\", "/");
  const selection = {
    paths: paths.map(fromRoot),
    tags: options.tag ?? [],
    notTags: options.notTag ?? [],
    grep: options.grep ?? null,
    ids: options.id ?? [],
  };
  const selected = selectScenarios(all, selection, isSet(world.env.CI));
  if (selected.length > 0) return selected;
  return fail(
    "no_scenarios",
    all.length === 0 ? "this project has no scenarios" : "no scenario fits what was asked for",
    {
      hint:
        all.length === 0
          ? "Write one: scenarios/NAME.yaml"
          : "Leave out --tag, --not-tag, --grep or the paths, one by one.",
    },
  );
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}

/** Runs scenarios, hands each result to the reporters and to the results file as it comes, and gives the exit code. */
async function runAndReport(
  world: World,
  project: Project,
  { selected, today, begin }: { selected: Scenario[]; today: string; begin: number },
  deps: RunDeps,
  { target, jobs, bail, reporter, verbose, deployed, json }: TestOptions,
): Promise<number> {
  const again = [
    world.command(world.cwd),
    "test",
    ...(target === undefined ? [] : [`--target ${inShell(target)}`]),
    ...(deployed === true ? ["--deployed"] : []),
  ];
  // A single conversation is shown as it happens; several at once would be mixed up.
  const isWatched =
    verbose === true && selected.length === 1 && json !== true && (reporter ?? ["list"]).includes("list");
  const reporters = await openReporters(world, json === true ? ["json", ...(reporter ?? [])] : (reporter ?? ["list"]), {
    verbose: verbose === true && !isWatched,
    repeat: (id) => [...again, `--id ${id}`].join(" "),
  });
  await ensureStateFolder(project.root);
  const file = await createResultsFile(project.root, runIdAt(world.now()));
  let summary = emptySummary;
  try {
    for await (const raw of runScenarios(selected, isWatched ? { ...deps, onHappening: watch(world) } : deps, {
      jobs,
      bail: bail ?? false,
      signal: world.signal,
      today,
    })) {
      // Before anything is cut or shown: what is left of a secret would not be known for one.
      const result = redacted(
        joinSecrets(raw, (text) => world.secrets.redact(text) !== text),
        world.secrets,
      );
      summary = addResult(summary, result);
      await file.append(result);
      for (const each of reporters.all) each.result(result);
    }
  } finally {
    for (const each of reporters.all) each.end(summary, world.now() - begin);
    await Promise.all([file.close(), reporters.close()]);
  }
  return exitCodeOfRun(summary, world.signal.aborted);
}

/** Prints what happens in a conversation as it happens. */
function watch({ stdout, secrets }: World): NonNullable<RunDeps["onHappening"]> {
  return (happening) => {
    const lines = happeningLines(secrets.redactJson(happening));
    if (lines.length > 0) stdout.write(`${lines.map((line) => `    ${line}`.trimEnd()).join("\n")}\n`);
  };
}

/** Sorts by time: `2026-11-22T10-04-05-123Z`. */
function runIdAt(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, "-");
}
