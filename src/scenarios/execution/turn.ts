import type { Clock } from "../../kit/clock.ts";
import { orAborted, within } from "../../kit/waiting.ts";
import type { Scope } from "../../project/expression.ts";
import { durationText } from "../../kit/duration.ts";
import { ProblemError, problem, type Problem } from "../../problem.ts";
import { fileKind } from "../../resources/file/kind.ts";
import type { Attachment, Conversation, FunctionCall, TurnEvent } from "../../targets/target.ts";
import { startDeadline, type Deadline } from "./deadline.ts";
import { answerText, type CallOutcome } from "../record/record.ts";
import type { ToolStubs } from "../stubs/rules.ts";
import { awaitedIn, waitsIn, type LogEntry, type Stop, type TurnLog } from "./turn-log.ts";

/** One turn to carry out: what is said, and its limits. */
export interface TurnPlan {
  number: number;
  /** The number of a simulated user's message, from 1; `null` when the user's message is written. */
  part: number | null;
  id: string | null;
  user: string;
  /** The number of the choice that is said, from 1; `null` when there was only one. */
  choice: number | null;
  /** Attached files, by their path from the project's root. */
  attachments?: readonly Attachment[];
  /** Milliseconds to wait for the target and for implementations of tools; delays of stubs do not count. */
  timeout: number;
  /** The remaining time of the conversation, if it has a limit; both in milliseconds. */
  conversation: { left: number; limit: number } | null;
  toolRounds: number;
  /** Calls get no answer; the turn ends with status `requires_action`. */
  leaveCalls: boolean;
  /** True when a call to this function ends the turn at once. */
  isForbidden: (name: string) => boolean;
  /** The values that stubs may read. */
  scope: { saved: Scope; turn: Scope };
}

/** Everything that a turn depends on. `signal` stops it from outside. */
export interface TurnWorld {
  clock: Clock;
  signal: AbortSignal;
  /** Called for every event as it happens, for live display. */
  onHappening?: (happening: Happening) => void;
}

/** An event to show to a person who watches a conversation. */
export type Happening =
  | { kind: "user"; text: string }
  | { kind: "event"; event: TurnEvent }
  | { kind: "call"; call: FunctionCall; outcome: CallOutcome };

/** Carries a turn out, as `runTurn` does. */
export type RunTurn = typeof runTurn;

const cancelTime = 5_000;
const lastEventTime = 1_000;

/**
 * Sends a message and answers calls until the turn ends normally, reaches a limit, or fails because of the target. A turn that does not end
 * normally is cancelled at the target. Rejects only for bugs.
 */
export async function runTurn(
  conversation: Conversation,
  tools: ToolStubs,
  plan: TurnPlan,
  { clock, signal, onHappening = () => {} }: TurnWorld,
): Promise<TurnLog> {
  const deadline = startDeadline(Math.min(plan.timeout, plan.conversation?.left ?? Infinity), clock, signal);
  const entries: LogEntry[] = [];
  onHappening({ kind: "user", text: plan.user });
  const stop = await exchange({ conversation, tools, plan, deadline, clock, entries, onHappening })
    .catch(stopFor)
    .finally(() => deadline.end());
  const log = { entries, total: deadline.elapsed(), waited: deadline.waited(), delayed: deadline.delayed(), stop };
  if (stop !== null) await within(cancelTime, clock, conversation.cancel()).catch(() => {});
  return log;
}

interface Exchange {
  conversation: Conversation;
  tools: ToolStubs;
  plan: TurnPlan;
  deadline: Deadline;
  clock: Clock;
  /** The events in order; entries are only ever added. */
  entries: LogEntry[];
  onHappening: (happening: Happening) => void;
}

/** Runs the exchange of a turn; `null` when the turn ended normally. */
async function exchange(turn: Exchange): Promise<Stop | null> {
  const { conversation, plan, deadline } = turn;
  const { signal } = deadline;
  let stream = conversation.send(plan.user, { signal, attachments: (plan.attachments ?? []).map(withAddress) });
  for (let round = 1; ; round += 1) {
    const last = await listen(stream, turn);
    if (last === null) return cutShort(turn);
    if (last.kind === "ended") return null;
    const { calls } = last;
    const stop = stopBefore(calls, round, plan);
    if (stop !== null) return stop;
    const outcomes = await Promise.all(calls.map((call, index) => answerCall(call, { round, index }, turn)));
    if (signal.aborted) return cutShort(turn);
    const outputs = calls.map(({ callId }, index) => ({ callId, output: outputOf(outcomes[index]) }));
    stream = conversation.answer(outputs, { signal });
  }
}

function withAddress({ file, ...how }: Attachment): Attachment {
  return { file: `${fileKind.name}.${file}`, ...how };
}

/** The event after which the stream ends: the turn is over, or tool outputs are required. */
type LastEvent = Extract<TurnEvent, { kind: "ended" | "requires_action" }>;

/** Reads a stream to its end. `null` when the time was up, or the scenario was stopped, before that; throws a ProblemError when there is no last event. */
async function listen(stream: AsyncIterable<TurnEvent>, turn: Exchange): Promise<LastEvent | null> {
  const { deadline, entries, clock } = turn;
  const { signal } = deadline;
  const events = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = await orAborted(events.next(), signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (next === null) return null;
    if (next.done === true) throw endedEarly();
    const event = next.value;
    if (event.kind === "waiting") deadline.wait();
    else deadline.resume();
    entries.push({ kind: "event", at: deadline.elapsed(), event });
    turn.onHappening({ kind: "event", event });
    if (event.kind !== "ended" && event.kind !== "requires_action") continue;
    await letEnd(events, clock);
    return event;
  }
}

/** Lets a stream end, which frees its connection for the next request; a stream that does not end in time is dropped. */
async function letEnd(events: AsyncIterator<TurnEvent>, clock: Clock): Promise<void> {
  const end = await within(lastEventTime, clock, events.next()).catch(() => null);
  if (end?.done !== true) void events.return?.().catch(() => {});
}

/** Why calls are not answered, or `null`. */
export function stopBefore(calls: readonly FunctionCall[], round: number, plan: TurnPlan): Stop | null {
  const forbidden = calls.find(({ name }) => plan.isForbidden(name));
  if (forbidden !== undefined) return stopped("forbidden_call", `${forbidden.name} was called, which is forbidden`);
  if (plan.leaveCalls) return { status: "requires_action", error: null, problems: [] };
  if (round <= plan.toolRounds) return null;
  const times = plan.toolRounds === 1 ? "once" : `${plan.toolRounds} times`;
  return stopped("too_many_tool_rounds", `the assistant requested tool outputs more than ${times}`);
}

async function answerCall(
  call: FunctionCall,
  which: { round: number; index: number },
  { tools, deadline, plan, entries, onHappening }: Exchange,
): Promise<CallOutcome> {
  const at = deadline.elapsed();
  const delay = (milliseconds: number) => deadline.pause(milliseconds);
  const answer = await tools.answer(call, { signal: deadline.signal, scope: plan.scope, delay });
  // An answer that arrives after the time is up is not submitted.
  if (!deadline.signal.aborted) entries.push({ kind: "answer", ...which, at, took: deadline.elapsed() - at, answer });
  onHappening({ kind: "call", call, outcome: answer.outcome });
  return answer.outcome;
}

function outputOf(outcome: CallOutcome | undefined): string {
  return outcome === undefined ? "" : answerText(outcome);
}

function cutShort({ deadline, plan, entries }: Exchange): Stop {
  if (!deadline.expired) return stopped("interrupted", "the scenario was interrupted");
  const { timeout, conversation } = plan;
  const isOfTurn = conversation === null || timeout <= conversation.left;
  const [code, what, limit, more] = isOfTurn
    ? (["turn_timeout", "turn", timeout, "turn: { timeout: 120s }"] as const)
    : (["scenario_timeout", "conversation", conversation.limit, "time: 10m"] as const);
  const message = `the ${what} did not end within ${durationText(limit)}, so it was cancelled while waiting for ${awaitedIn(entries)}`;
  const waits = waitsIn(entries);
  const apart =
    waits.length === 0 ? [] : [`Not counted: ${durationText(deadline.waited())} of waiting (${waits.join("; ")}).`];
  const hint = [...apart, `To allow more time, write limits: { ${more} }.`].join("\n");
  return stopped(code, message, [problem(code, message, { hint })]);
}

/** The stop for an error of the target. Any other error is a bug. */
function stopFor(error: unknown): Stop {
  if (!(error instanceof ProblemError)) throw error;
  const [first] = error.problems;
  return stopped(first?.code ?? "unknown", first?.message ?? error.message, error.problems);
}

function stopped(code: string, message: string, problems: readonly Problem[] = []): Stop {
  return { status: "stopped", error: { code, message }, problems };
}

function endedEarly(): ProblemError {
  return new ProblemError([problem("stream_ended_early", "the stream stopped before the turn ended")]);
}
