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

/** What became of one turn. */
export interface ConversationTurn {
  /** `null` when nothing could be said. */
  record: TurnRecord | null;
  /** Set when nothing was to be said. */
  leftOut?: LeftOutTurn;
  /** Set when a simulated user came to its end. */
  simulated?: SimulatedEnd;
  /** Set when a simulated user did not do what it was told. */
  broken?: BrokenUser;
  /** What a simulated user answered when it was asked for what it says. */
  opinions?: Opinions;
  /** Why it could not be carried out; empty when it could. */
  problems: Problem[];
  /** Somebody stopped it. */
  interrupted: boolean;
  /** Where and why a recording has no turn to play. */
  stale?: Stale;
}

/** What the turns of a conversation need around them. */
export interface ConversationWorld extends TurnWorld {
  /** Answers what simulated users say. */
  answer: Answerer;
  /** Hides secrets in what they are asked. */
  redactJson: RedactJson;
  /** What a model costs, by the target's name for it; `null` when nobody says. */
  priceOf(this: void, model: string): Price | null;
  /** What may be spent; absent: as much as it takes. */
  budget?: Budget;
  /** Keeps what turns make and cite beside the results; absent: nobody looks at it later. */
  keep?: KeepFile;
  /** What carries out turns instead of the conversation: a recording. */
  runTurnOf?(this: void, scenario: Scenario): RunTurn;
  /** Told when a turn begins and ends. */
  onTurn?(this: void, progress: TurnProgress): void;
}

/**
 * The turns of a scenario, one after the other, for as long as they are asked for. It decides nothing: whoever reads it judges, and
 * stops. What the other side does wrong is told, not thrown.
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

/** Carries a turn out when it can be paid for. What was never said cost nothing; what a turn that broke cost is unknown. */
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

/** What turns are carried out with. */
interface Parts {
  conversation: Conversation;
  tools: ToolStubs;
  world: ConversationWorld;
}

/** Plays a turn: one message of the user, or those of a simulated one. Text that cannot be said, because an expression of it fails, is a problem of the scenario. */
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

/** Says something and gives what came of it. Throws what a recording, or an expression, throws. */
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

/** What expressions read before a turn is begun. */
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
