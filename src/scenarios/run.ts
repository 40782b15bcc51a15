import { ProblemError, problem, type Problem } from "../problem.ts";
import type { Declared } from "../project/project.ts";
import type { WrittenTool } from "../project/schemas/tool.ts";
import type { Conversation } from "../targets/target.ts";
import type { Clock } from "./clock.ts";
import { converse } from "./converse.ts";
import { unlessAborted, within } from "./deadline.ts";
import type { ExpandedScenario } from "./expand.ts";
import type { HandlerSource } from "./stubs/handlers.ts";
import { resultOf, resultWithoutRun, type Attempt, type ScenarioResult } from "./result.ts";
import { skipReason } from "./select.ts";
import { createToolStubs, toolsByFunction } from "./tool-stubs.ts";
import { inParallel } from "../kit/parallel.ts";

/** What scenarios are run with. */
export interface RunDeps {
  /** Opens the conversation that a scenario begins with; rejects with a ProblemError. */
  openConversation(scenario: ExpandedScenario, signal: AbortSignal): Promise<Conversation>;
  /** By the name of their file. */
  tools: ReadonlyMap<string, Declared<WrittenTool>>;
  handlers: HandlerSource;
  clock: Clock;
}

export interface RunOptions {
  /** How many scenarios are played at a time. */
  jobs: number;
  /** Begin no other scenario after one that failed or could not be carried out. */
  bail: boolean;
  /** Begin no other scenario, and stop those that are being played. */
  signal: AbortSignal;
  /** `2026-12-31` */
  today: string;
}

const mostAttempts = 2;
const pauseBeforeRetry = 1_000;
const closingTime = 5_000;

/** Runs scenarios side by side and gives their results as they come. Every conversation that was opened is closed. */
export function runScenarios(
  scenarios: readonly ExpandedScenario[],
  deps: RunDeps,
  { jobs, bail, signal, today }: RunOptions,
): AsyncGenerator<ScenarioResult> {
  let broken = false;
  return inParallel(scenarios, jobs, async (scenario) => {
    const reason = skipReason(scenario, today);
    if (reason !== null) return resultWithoutRun(scenario, "skipped", reason);
    if (signal.aborted) return resultWithoutRun(scenario, "not_run", "interrupted");
    if (bail && broken) return resultWithoutRun(scenario, "not_run", "stopped after the first failure");
    const result = await runScenario(scenario, deps, signal);
    broken ||= result.status === "failed" || result.status === "errored";
    return result;
  });
}

/** Plays one scenario; once more when the other side did not do its part. */
async function runScenario(scenario: ExpandedScenario, deps: RunDeps, signal: AbortSignal): Promise<ScenarioResult> {
  const begin = deps.clock.now();
  for (let attempts = 1; ; attempts += 1) {
    const attempt = await tryScenario(scenario, attempts, deps, signal);
    if (attempts < mostAttempts && !signal.aborted && isWorthRetrying(attempt.problems)) {
      await deps.clock.sleep(pauseBeforeRetry, signal);
    } else {
      return resultOf(scenario, attempt, { attempts, time: Math.round(deps.clock.now() - begin) });
    }
  }
}

async function tryScenario(
  scenario: ExpandedScenario,
  attempt: number,
  deps: RunDeps,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const conversation = await open(scenario, deps, signal);
    if (conversation === null) return { record: null, problems: [], interrupted: true };
    const record = await play(scenario, attempt, conversation, deps, signal);
    const problems = record.problems.concat(await close(conversation, deps.clock));
    return { record, problems, interrupted: record.interrupted };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { record: null, problems: [...error.problems], interrupted: false };
  }
}

async function play(
  scenario: ExpandedScenario,
  attempt: number,
  conversation: Conversation,
  deps: RunDeps,
  signal: AbortSignal,
) {
  const handlers = deps.handlers.open({ scenario: scenario.id, attempt });
  const tools = createToolStubs(scenario, toolsByFunction(deps.tools), handlers);
  try {
    const record = await converse(scenario, conversation, tools, { clock: deps.clock, signal });
    record.problems.push(...(await handlers.close()));
    return record;
  } catch (error) {
    await Promise.all([handlers.close(), close(conversation, deps.clock)]);
    throw error;
  }
}

/** `null` when it was interrupted; a conversation that opens after that is closed again. */
async function open(scenario: ExpandedScenario, deps: RunDeps, signal: AbortSignal): Promise<Conversation | null> {
  const opening = deps.openConversation(scenario, signal);
  const conversation = await unlessAborted(opening, signal);
  if (conversation === null) void opening.then((late) => close(late, deps.clock)).catch(() => {});
  return conversation;
}

/** Closes a conversation; that it stays behind is worth a warning, not more. */
async function close(conversation: Conversation, clock: Clock): Promise<Problem[]> {
  const leftBehind = (why: string): Problem => ({
    ...problem("conversation_left_behind", `the conversation ${conversation.id} could not be deleted: ${why}`),
  });
  const work = conversation.close().then(
    () => [],
    (error: unknown) => [leftBehind(error instanceof Error ? error.message : String(error))],
  );
  return (await within(closingTime, clock, work)) ?? [leftBehind(`no answer within ${closingTime / 1000} s`)];
}

/** Connections that broke, time-outs, overload and failures inside the other side; not refusals. */
function isWorthRetrying(problems: readonly Problem[]): boolean {
  const errors = problems.filter(({ severity }) => severity === "error");
  return errors.length > 0 && errors.every(({ kind, api }) => kind === "remote" && isTemporary(api?.status ?? null));
}

function isTemporary(status: number | null): boolean {
  return status === null || status === 408 || status === 429 || status >= 500;
}
