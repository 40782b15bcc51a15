import { fitsGlob } from "../../kit/glob.ts";
import { ProblemError, type Problem } from "../../problem.ts";
import type { Conversation } from "../../targets/target.ts";
import type { Answerer, Opinions, RedactJson } from "../asking/ask.ts";
import { BudgetUsedUp, type Budget } from "./budget.ts";
import { choose } from "./choose.ts";
import { costOf } from "../record/cost.ts";
import { fileNamesOf } from "../record/file-names.ts";
import { type KeepFile, keptOf } from "../record/kept.ts";
import { fillText } from "../fill.ts";
import type { TurnProgress } from "./progress.ts";
import { limitProblems, timeLeft } from "./limits.ts";
import { type Stale, StaleRecording } from "../recording/stale.ts";
import type { BrokenUser, LeftOutTurn, SimulatedEnd, TurnRecord } from "../record/record.ts";
import { failureOf } from "./run-failure.ts";
import { savedBy } from "../record/saved.ts";
import type { Scope } from "../../project/expression.ts";
import type { Price } from "../../project/prices.ts";
import type { Scenario, Turn } from "../scenario.ts";
import { savedIn, scopeAfter, turnScope } from "../record/scope.ts";
import { simulate } from "../simulation/simulate.ts";
import type { ToolStubs } from "../stubs/rules.ts";
import { recordOf, problemsOf } from "./turn-log.ts";
import { runTurn, type RunTurn, type TurnPlan, type TurnWorld } from "./turn.ts";

/** The outcome of one turn. */
export interface ConversationTurn {
  /** `null` when there was nothing to say. */
  record: TurnRecord | null;
  /** Set when the turn was left out. */
  leftOut?: LeftOutTurn;
  /** Set when a simulated user has finished. */
  simulated?: SimulatedEnd;
  /** Set when a simulated user did not follow its instructions. */
  broken?: BrokenUser;
  /** The answers of a simulated user that was asked for its messages. */
  opinions?: Opinions;
  /** The reasons why it could not be carried out; empty when it could. */
  problems: Problem[];
  /** True when it was interrupted. */
  interrupted: boolean;
  /** The point where a recording has no turn to replay, and why. */
  stale?: Stale;
}

/** Everything that the turns of a conversation depend on. */
export interface ConversationWorld extends TurnWorld {
  /** Answers the questions to simulated users. */
  answer: Answerer;
  /** Hides secrets in those questions. */
  redactJson: RedactJson;
  /** The price of a model, by the target's name for it; `null` when there is none. */
  priceOf(this: void, model: string): Price | null;
  /** The budget; absent when there is no limit. */
  budget?: Budget;
  /** Stores the files that turns create and cite beside the results; absent when they are not kept. */
  keep?: KeepFile;
  /** Carries out turns from a recording instead of a conversation. */
  runTurnOf?(this: void, scenario: Scenario): RunTurn;
  /** Called when a turn begins and ends. */
  onTurn?(this: void, progress: TurnProgress): void;
}

/**
 * The turns of a scenario, one after the other, for as long as the caller asks for more. The caller judges them and decides when to stop.
 * Errors of the target are returned, not thrown.
 */
export async function* converse(
  scenario: Scenario,
  conversation: Conversation,
  tools: ToolStubs,
  world: ConversationWorld,
): AsyncGenerator<ConversationTurn> {
  const soFar: TurnRecord[] = [];
  const parts = { conversation, tools, world };
  for (const turn of scenario.turns) {
    for await (const next of playTurn(scenario, turn, soFar, parts)) {
      if (next.record !== null) soFar.push(next.record);
      yield next;
      if (next.broken !== undefined) return;
      const problems = next.record === null ? [] : limitProblems(scenario, soFar);
      if (problems.length > 0) return yield { record: null, problems, interrupted: false };
    }
  }
}

/** Carries out a turn if it can be paid for. A message that was never sent costs nothing; the cost of a turn that broke off is unknown. */
async function paidTurn(
  { budget }: ConversationWorld,
  carryOut: () => Promise<ConversationTurn>,
): Promise<ConversationTurn> {
  if (budget === undefined) return carryOut();
  if (!(await budget.begin())) return { record: null, problems: [], interrupted: true };
  let cost: number | null = null;
  try {
    const next = await carryOut();
    cost = next.record === null ? 0 : next.record.cost;
    return next;
  } finally {
    budget.end(cost);
  }
}

/** The parts needed to carry out turns. */
interface Parts {
  conversation: Conversation;
  tools: ToolStubs;
  world: ConversationWorld;
}

/** Plays a turn: one message of the user, or those of a simulated user. Text that cannot be sent because an expression in it fails is a problem of the scenario. */
async function* playTurn(
  scenario: Scenario,
  turn: Turn,
  before: readonly TurnRecord[],
  parts: Parts,
): AsyncGenerator<ConversationTurn> {
  const { world } = parts;
  if (world.signal.aborted) return yield { record: null, problems: [], interrupted: true };
  try {
    const chosen = choose(scenario, turn, scopeBefore(scenario, turn, before));
    if (chosen.kind === "left_out") {
      return yield { record: null, leftOut: chosen.turn, problems: [], interrupted: false };
    }
    if (chosen.kind === "simulated") {
      const say = (user: string, part: number) =>
        paidTurn(world, () => carryOut(scenario, turn, { user, choice: null, part }, before, parts));
      return yield* simulate(scenario, turn, chosen.simulation, before, {
        answer: world.answer,
        signal: world.signal,
        redactJson: world.redactJson,
        say,
      });
    }
    const { choice, number } = chosen;
    const user = fillText(scenario, choice.say.path, choice.say.text, scopeBefore(scenario, turn, before));
    yield await paidTurn(world, () => carryOut(scenario, turn, { user, choice: number, part: null }, before, parts));
  } catch (error) {
    if (error instanceof BudgetUsedUp) return yield { record: null, problems: [], interrupted: true };
    if (error instanceof StaleRecording) {
      return yield { record: null, problems: [], interrupted: false, stale: error.stale };
    }
    if (!(error instanceof ProblemError)) throw error;
    const interrupted = world.signal.aborted;
    yield { record: null, problems: interrupted ? [] : [...error.problems], interrupted };
  }
}

/** Sends a message and returns the outcome. Throws whatever a recording or an expression throws. */
async function carryOut(
  scenario: Scenario,
  turn: Turn,
  said: Pick<TurnPlan, "user" | "choice" | "part">,
  before: readonly TurnRecord[],
  { conversation, tools, world }: Parts,
): Promise<ConversationTurn> {
  const plan = planTurn(scenario, turn, said, before);
  const run = world.runTurnOf?.(scenario) ?? runTurn;
  world.onTurn?.({ kind: "turn_begun", turn: turn.number });
  const log = await run(conversation, tools, plan, world);
  const played = recordOf(plan, log);
  const price = played.model === null ? null : world.priceOf(played.model);
  const shared = tools.world();
  const about = { cost: costOf(played.usage, price), valid: true, saved: {} };
  world.onTurn?.({ kind: "turn_ended", turn: turn.number, cost: about.cost, time: played.time.total });
  const ended = { ...played, ...about, ...(shared !== null && { world: shared }) };
  const kept = world.keep === undefined ? {} : await keptOf(ended, conversation, { ...world, keep: world.keep });
  const named = { ...ended, ...(await fileNamesOf(ended, conversation, world)), ...kept };
  const saved = savedBy(turn.saves, scopeAfter(scenario, [...before, named]));
  const problems = [...problemsOf(log), ...failureOf(named, turn, scenario)];
  const interrupted = log.stop?.error?.code === "interrupted";
  return { record: { ...named, saved, valid: problems.length === 0 && !interrupted }, problems, interrupted };
}

/** The values that expressions can read before a turn begins. */
function scopeBefore(scenario: Scenario, { number, id }: Turn, before: readonly TurnRecord[]): Scope {
  return { ...scopeAfter(scenario, before), turn: turnScope(number, id) };
}

function planTurn(
  scenario: Scenario,
  turn: Turn,
  said: Pick<TurnPlan, "user" | "choice" | "part">,
  before: readonly TurnRecord[],
): TurnPlan {
  const { number, id, forbidden, endsAs } = turn;
  const { turnTimeout: timeout, toolRounds, time: limit } = scenario.limits;
  const left = timeLeft(scenario, before);
  const about = turnScope(number, id);
  return {
    number,
    id,
    ...said,
    attachments: turn.attachments.map(({ file, tools, isShown }) => ({ file, tools, isShown })),
    timeout,
    conversation: left === null || limit === null ? null : { left, limit },
    toolRounds,
    leaveCalls: endsAs === "requires_action",
    isForbidden: (name) => forbidden.some((glob) => fitsGlob(name, glob)),
    scope: { saved: { ...scenario.saved, ...savedIn(before) }, turn: about },
  };
}
