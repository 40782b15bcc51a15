import type { Clock } from "../kit/clock.ts";
import { inParallel } from "../kit/parallel.ts";
import { mayPass } from "../kit/retry.ts";
import { TimedOut, orAborted, sleep, within } from "../kit/waiting.ts";
import { ProblemError, problem, type Problem } from "../problem.ts";
import type { Declared } from "../project/project.ts";
import type { WrittenTool } from "../project/schemas/tool.ts";
import type { Conversation } from "../targets/target.ts";
import { converse, type ConversationTurn } from "./conversation.ts";
import type { HandlerSource } from "./stubs/handlers.ts";
import { judgeConversation, judgeTurn } from "./judge.ts";
import type { TurnRecord } from "./record.ts";
import { resultOf, resultWithoutRun, type Attempt, type ScenarioResult } from "./result.ts";
import type { Scenario } from "./scenario.ts";
import { skipReason } from "./select.ts";
import { createToolStubs, toolsByFunction } from "./stubs/tool-stubs.ts";
import { hasFailedGate, type Verdict } from "./verdict.ts";

/** What scenarios are run with. */
export interface RunDeps {
  /** Opens the conversation that a scenario begins with; rejects with a ProblemError. */
  openConversation(scenario: Scenario, signal: AbortSignal): Promise<Conversation>;
  /** By the name of their file. */
  tools: ReadonlyMap<string, Declared<WrittenTool>>;
  /** The functions that a scenario's assistant has, by the name that the model calls; `null` when they are not known. */
  functionsOf(this: void, scenario: Scenario): readonly string[] | null;
  handlers: HandlerSource;
  clock: Clock;
}

export interface RunOptions {
  /** How many scenarios are run at a time. */
  jobs: number;
  /** Begin no other scenario after one that failed or could not be carried out. */
  bail: boolean;
  /** Begin no other scenario, and stop those that are running. */
  signal: AbortSignal;
  /** `2026-12-31` */
  today: string;
}

const mostAttempts = 2;
const pauseBeforeRetry = 1_000;
const closingTime = 5_000;

/** Runs scenarios side by side and gives their results as they come. Every conversation that was opened is closed. */
export function runScenarios(
  scenarios: readonly Scenario[],
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

/** Runs one scenario; once more when the other side did not do its part. */
async function runScenario(scenario: Scenario, deps: RunDeps, signal: AbortSignal): Promise<ScenarioResult> {
  const begin = deps.clock.now();
  const earlier: Attempt[] = [];
  for (;;) {
    const attempt = await tryScenario(scenario, earlier.length + 1, deps, signal);
    const isLast = earlier.length + 1 >= mostAttempts || signal.aborted || !isWorthRetrying(attempt.problems);
    if (isLast) return resultOf(scenario, [...earlier, attempt], Math.round(deps.clock.now() - begin));
    earlier.push(attempt);
    await sleep(pauseBeforeRetry, deps.clock, signal);
  }
}

/** One attempt. The conversation is closed whatever comes of it. */
async function tryScenario(scenario: Scenario, number: number, deps: RunDeps, signal: AbortSignal): Promise<Attempt> {
  const begin = deps.clock.now();
  const attempt = (rest: Partial<Attempt>): Attempt => {
    const time = Math.round(deps.clock.now() - begin);
    return { record: null, verdicts: [], problems: [], interrupted: false, ...rest, time };
  };
  const conversation = await open(scenario, deps, signal).catch(problemsIn);
  if (conversation === null) return attempt({ interrupted: true });
  if (Array.isArray(conversation)) return attempt({ problems: conversation });
  const handlers = deps.handlers.open({ scenario: scenario.id, attempt: number });
  const tools = createToolStubs(scenario, toolsByFunction(deps.tools), handlers, deps.functionsOf(scenario));
  const end = () => Promise.all([handlers.close(), close(conversation, deps.clock)]);
  const judged = await judgedTurns(scenario, converse(scenario, conversation, tools, { ...deps, signal })).catch(
    async (error: unknown) => {
      await end();
      throw error;
    },
  );
  const [ofHandlers, warnings] = await end();
  const { turns, verdicts, interrupted } = judged;
  const problems = [...judged.problems, ...ofHandlers];
  const record = { conversation: conversation.id, opening: [...scenario.opening], turns, problems, interrupted };
  return attempt({ record, verdicts, problems: problems.concat(warnings), interrupted });
}

interface JudgedTurns {
  turns: TurnRecord[];
  verdicts: Verdict[];
  problems: Problem[];
  interrupted: boolean;
}

/** Judges each turn as it comes; the first one that fails, or that cannot be carried out, is the last. */
async function judgedTurns(scenario: Scenario, held: AsyncIterable<ConversationTurn>): Promise<JudgedTurns> {
  const turns: TurnRecord[] = [];
  const verdicts: Verdict[] = [];
  for await (const { record, problems, interrupted } of held) {
    if (record !== null) turns.push(record);
    if (interrupted || problems.length > 0) return { turns, verdicts, problems, interrupted };
    verdicts.push(...judgeTurn(turns, scenario));
    if (hasFailedGate(verdicts)) break;
  }
  if (turns.length === scenario.turns.length) verdicts.push(...judgeConversation(turns, scenario));
  return { turns, verdicts, problems: [], interrupted: false };
}

/** `null` when it was interrupted; a conversation that opens after that is closed again. */
async function open(scenario: Scenario, deps: RunDeps, signal: AbortSignal): Promise<Conversation | null> {
  const opening = deps.openConversation(scenario, signal);
  try {
    return await orAborted(opening, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    void opening.then((late) => close(late, deps.clock)).catch(() => {});
    return null;
  }
}

/** The problems that were thrown; anything else is a bug. */
function problemsIn(error: unknown): Problem[] {
  if (!(error instanceof ProblemError)) throw error;
  return [...error.problems];
}

/** Closes a conversation; that it stays behind is worth a warning, not more. */
async function close(conversation: Conversation, clock: Clock): Promise<Problem[]> {
  try {
    await within(closingTime, clock, conversation.close());
    return [];
  } catch (error) {
    const why = error instanceof TimedOut ? `no answer within ${closingTime / 1000} s` : messageOf(error);
    return [problem("conversation_left_behind", `the conversation ${conversation.id} could not be deleted: ${why}`)];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Connections that broke, time-outs, overload and failures inside the other side; not refusals. */
function isWorthRetrying(problems: readonly Problem[]): boolean {
  const errors = problems.filter(({ severity }) => severity === "error");
  return errors.length > 0 && errors.every(({ kind, api }) => kind === "remote" && isTemporary(api?.status ?? null));
}

function isTemporary(status: number | null): boolean {
  return status === null || mayPass(status, null);
}
