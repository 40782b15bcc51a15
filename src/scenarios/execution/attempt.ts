import type { Clock } from "../../kit/clock.ts";
import { TimedOut, orAborted, within } from "../../kit/waiting.ts";
import { ProblemError, asWarning, problem, type Problem } from "../../problem.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenTool } from "../../project/schemas/tool.ts";
import type { Conversation } from "../../targets/target.ts";
import { answerAsks } from "../asking/answer-asks.ts";
import type { Answerer, Ask, Opinions, RedactJson } from "../asking/ask.ts";
import { BudgetUsedUp, paidAnswers, type Budget } from "./budget.ts";
import { converse, type ConversationTurn, type ConversationWorld } from "./conversation.ts";
import type { Progress } from "./progress.ts";
import type { Fingerprint } from "../fingerprint.ts";
import type { TurnWorld } from "./turn.ts";
import {
  asksOfConversation,
  asksOfSimulated,
  asksOfTurn,
  judgeConversation,
  judgeSimulated,
  judgeTurn,
} from "../judge.ts";
import { isNothingSaid, isOver, judgeLeftOut, nothingSaid } from "./left-out.ts";
import type { BrokenUser, LeftOutTurn, SimulatedEnd, TurnRecord } from "../record/record.ts";
import { StaleRecording, type Stale } from "../recording/stale.ts";
import type { Attempt } from "../results/result.ts";
import type { Scenario } from "../scenario.ts";
import type { Handlers, HandlerSource } from "../stubs/handlers.ts";
import { savedIn } from "../record/scope.ts";
import { setUp, tearDown } from "./stage.ts";
import type { Scope } from "../../project/expression.ts";
import { createToolStubs, toolsByFunction } from "../stubs/rules.ts";
import { hasFailedGate, type Verdict } from "../verdict.ts";

/** Everything that running scenarios depends on. */
export interface RunDeps {
  /** Opens the conversation of a scenario; rejects with a ProblemError. */
  openConversation(scenario: Scenario, signal: AbortSignal): Promise<Conversation>;
  /** By file name. */
  tools: ReadonlyMap<string, Declared<WrittenTool>>;
  /** The functions of a scenario's assistant, by the name that the model calls; `null` when unknown. */
  functionsOf(this: void, scenario: Scenario): readonly string[] | null;
  handlers: HandlerSource;
  /** The price of a model, by the target's name for it; `null` when there is none. */
  priceOf: ConversationWorld["priceOf"];
  runTurnOf?: ConversationWorld["runTurnOf"];
  keep?: ConversationWorld["keep"];
  /** Hashes of everything that the outcome of a scenario depends on, for comparing results. */
  fingerprintOf(this: void, scenario: Scenario): Fingerprint;
  /** Answers the questions of judging. */
  answer: Answerer;
  /** Hides secrets in questions. */
  redactJson: RedactJson;
  clock: Clock;
  /** The budget; absent when there is no limit. */
  budget?: Budget;
  /** Called for every event in a conversation as it happens. */
  onHappening?: TurnWorld["onHappening"];
  /** Called with the progress of each scenario. */
  onProgress?(this: void, progress: Progress): void;
}

const closingTime = 5_000;

/** One attempt: setup, the conversation, and teardown, which runs whatever happened before. */
export async function tryScenario(
  scenario: Scenario,
  number: number,
  deps: RunDeps,
  signal: AbortSignal,
): Promise<Attempt> {
  const begin = deps.clock.now();
  const attempt = (rest: Partial<Attempt>): Attempt => {
    const time = Math.round(deps.clock.now() - begin);
    return { record: null, verdicts: [], problems: [], interrupted: false, ...rest, time };
  };
  if (deps.budget?.isUsedUp() === true) return attempt({ interrupted: true });
  const which = { scenario: scenario.id, attempt: number };
  deps.onProgress?.({ ...which, kind: "attempt_begun" });
  const handlers = deps.handlers.open(which);
  const stage = { handlers, clock: deps.clock, signal, world: scenario.world };
  let saved: Scope = {};
  const run = async (): Promise<Tried> => {
    const { record: setup, problems } = await setUp(scenario, stage);
    saved = setup.saved;
    if (problems.length > 0 || signal.aborted) return { ...nothing, problems, interrupted: signal.aborted };
    const tried = await inConversation({ ...scenario, saved }, handlers, { ...deps, ...onTurnOf(which, deps) }, signal);
    if (tried.record === null) return tried;
    saved = { ...saved, ...savedIn(tried.record.turns) };
    stage.world = tried.record.turns.at(-1)?.world ?? scenario.world;
    return scenario.setup.length === 0 ? tried : { ...tried, record: { ...tried.record, setup } };
  };
  // Teardown runs whatever fails.
  const outcome = await run().then(
    (tried) => ({ tried }),
    (error: unknown) => ({ error }),
  );
  const after = await tearDown(scenario, saved, stage);
  const ofHandlers = await handlers.close();
  if ("error" in outcome) throw outcome.error;
  const { record, warnings, ...tried } = outcome.tried;
  const problems = [...tried.problems, ...ofHandlers];
  const teardown = scenario.teardown.length === 0 ? {} : { teardown: after.record };
  return attempt({
    ...tried,
    record: record === null ? null : { ...record, ...teardown, problems },
    problems: [...problems, ...after.problems, ...warnings],
  });
}

/** Forwards the progress of an attempt's turns, if there is a listener. */
function onTurnOf(
  which: Pick<Progress, "scenario" | "attempt">,
  { onProgress }: RunDeps,
): Pick<ConversationWorld, "onTurn"> {
  return onProgress === undefined ? {} : { onTurn: (turn) => onProgress({ ...which, ...turn }) };
}

/** The outcome of a conversation; `warnings` are about what it left behind. */
interface Tried extends Omit<Attempt, "time"> {
  warnings: Problem[];
}

const nothing: Tried = { record: null, verdicts: [], problems: [], interrupted: false, warnings: [] };

/** Opens the conversation of a scenario, runs its turns, and closes it in every case. */
async function inConversation(
  scenario: Scenario,
  handlers: Handlers,
  deps: RunDeps & Pick<ConversationWorld, "onTurn">,
  signal: AbortSignal,
): Promise<Tried> {
  const conversation = await open(scenario, deps, signal).catch(problemsIn);
  if (conversation === null) return { ...nothing, interrupted: true };
  if (Array.isArray(conversation)) return { ...nothing, problems: conversation };
  const tools = createToolStubs(scenario, toolsByFunction(deps.tools), handlers, deps.functionsOf(scenario));
  const answer = paidAnswers(deps.answer, deps.budget);
  const turns = converse(scenario, conversation, tools, { ...deps, answer, signal });
  const { verdicts, problems, interrupted, stale, ...judged } = await judgedTurns(scenario, turns, {
    answer,
    signal,
    redactJson: deps.redactJson,
  });
  const warnings = await close(conversation, deps.clock);
  const record = {
    conversation: conversation.id,
    opening: [...scenario.opening],
    ...worldOf(scenario),
    turns: judged.turns,
    ...(judged.leftOut.length > 0 && { leftOut: judged.leftOut }),
    ...(judged.simulated.length > 0 && { simulated: judged.simulated }),
    ...(judged.broken !== undefined && { broken: judged.broken }),
    opinions: judged.opinions,
    problems,
    interrupted,
  };
  return { record, verdicts, problems, interrupted, stale, warnings };
}

const worldOf = ({ world }: Scenario) => (world === null ? {} : { world });

interface JudgedTurns {
  turns: TurnRecord[];
  opinions: Opinions;
  leftOut: LeftOutTurn[];
  simulated: SimulatedEnd[];
  broken?: BrokenUser;
  verdicts: Verdict[];
  problems: Problem[];
  interrupted: boolean;
  stale?: Stale;
}

/**
 * Judges each turn as it ends. Stops after a turn that cannot be carried out, and after one that fails unless the scenario continues after
 * failures. An error in Playbill itself is a problem of this scenario only: the others continue.
 */
async function judgedTurns(
  scenario: Scenario,
  conversation: AsyncIterable<ConversationTurn>,
  { answer, signal, redactJson }: { answer: Answerer; signal: AbortSignal; redactJson: RedactJson },
): Promise<JudgedTurns> {
  const turns: TurnRecord[] = [];
  const leftOut: LeftOutTurn[] = [];
  const simulated: SimulatedEnd[] = [];
  const verdicts: Verdict[] = [];
  let opinions: Opinions = {};
  const ended = (rest: Partial<JudgedTurns> = {}): JudgedTurns => {
    const interrupted = signal.aborted;
    return { turns, leftOut, simulated, opinions, verdicts, problems: [], interrupted, ...rest };
  };
  try {
    for await (const next of conversation) {
      const { record, leftOut: left, simulated: end, broken, problems, interrupted, stale } = next;
      opinions = Object.assign({}, opinions, next.opinions);
      if (stale !== undefined) return ended({ interrupted: false, stale });
      if (record !== null) turns.push(record);
      if (left !== undefined) leftOut.push(left);
      if (end !== undefined) simulated.push(end);
      if (broken !== undefined) return ended({ problems, interrupted, broken });
      // An earlier failed gate counts, whatever could not be carried out after it.
      if (interrupted || problems.length > 0)
        return ended({ problems: warningsAfterFailure(problems, verdicts), interrupted });
      const { asksOf, judged } = judgingOf(next, turns, scenario, redactJson);
      opinions = await answerAsks(asksOf, opinions, answer, signal);
      if (signal.aborted) return ended();
      verdicts.push(...writable(judged(opinions)));
      if (hasFailedGate(verdicts) && scenario.onFail === "stop") break;
    }
    if (!isOver({ turns, leftOut, simulated }, scenario)) return ended({ interrupted: false });
    const asksOfAll = (known: Opinions) => asksOfConversation(turns, scenario, known, redactJson);
    opinions = await answerAsks(asksOfAll, opinions, answer, signal);
    if (signal.aborted) return ended();
    verdicts.push(...writable(judgeConversation(turns, scenario, opinions, redactJson)));
    return ended({ interrupted: false, problems: isNothingSaid({ turns, leftOut }) ? [nothingSaid(scenario)] : [] });
  } catch (error) {
    if (error instanceof BudgetUsedUp) return ended({ interrupted: true });
    if (error instanceof StaleRecording)
      return ended({ interrupted: false, stale: { ...error.stale, turn: turns.length } });
    if (error instanceof ProblemError) return ended({ problems: warningsAfterFailure(error.problems, verdicts) });
    return ended({ problems: [internalError(error)], interrupted: false });
  }
}

/** The functions that judge evidence and list the questions to ask first. */
function judgingOf(
  { leftOut, simulated }: ConversationTurn,
  turns: readonly TurnRecord[],
  scenario: Scenario,
  redactJson: RedactJson,
): { asksOf: (known: Opinions) => Ask[]; judged: (known: Opinions) => Verdict[] } {
  if (leftOut !== undefined) return { asksOf: () => [], judged: () => judgeLeftOut(leftOut, scenario) };
  const [asks, judge] = simulated === undefined ? [asksOfTurn, judgeTurn] : [asksOfSimulated, judgeSimulated];
  return {
    asksOf: (known) => asks(turns, scenario, known, redactJson),
    judged: (known) => judge(turns, scenario, known, redactJson),
  };
}

/** The problems, which become warnings if a gate had failed before. */
function warningsAfterFailure(problems: readonly Problem[], verdicts: readonly Verdict[]): Problem[] {
  return hasFailedGate(verdicts) ? problems.map(asWarning) : [...problems];
}

/** Verdicts as JSON, as every report writes them. Throws for those that cannot be written. */
function writable(verdicts: Verdict[]): Verdict[] {
  JSON.stringify(verdicts);
  return verdicts;
}

const mostFrames = 8;

function internalError(error: unknown): Problem {
  const [, ...frames] = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  const stack = frames.slice(0, mostFrames).map((line) => line.trim());
  const hint = ["This is a bug in Playbill. Please report it with these lines:", ...stack].join("\n");
  return problem("internal_error", error instanceof Error ? `${error.name}: ${error.message}` : String(error), {
    hint,
  });
}

/** Opens a conversation; `null` when interrupted. A conversation that opens after that is closed again. */
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

/** The problems that were thrown; any other error is a bug. */
function problemsIn(error: unknown): Problem[] {
  if (!(error instanceof ProblemError)) throw error;
  return [...error.problems];
}

/** Closes a conversation; a failure to do so is only a warning. */
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
