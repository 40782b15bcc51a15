import { ProblemError, problem, type Problem } from "../problem.ts";
import type { Conversation, FunctionCall, TurnEvent } from "../targets/target.ts";
import type { Clock } from "./clock.ts";
import { startDeadline, unlessAborted, type Deadline } from "./deadline.ts";
import type { Scope } from "../project/expression.ts";
import type { CallRecord, TurnRecord } from "./record.ts";
import { answerText } from "./record.ts";
import type { ToolStubs } from "./tool-stubs.ts";

/** One turn to play: what is said, and what bounds it. */
export interface TurnPlan {
  number: number;
  id: string | null;
  user: string;
  /** Milliseconds to wait for the target and for implementations of tools; delays of stubs do not count. */
  timeout: number;
  toolRounds: number;
  /** Calls get no answer; the turn ends with status `requires_action`. */
  leaveCalls: boolean;
  /** Whether a call of this function ends the turn at once. */
  isForbidden: (name: string) => boolean;
  /** What stubs may read. */
  scope: { saved: Scope; turn: Scope };
}

/** What a turn needs around it. `signal` stops it from outside. */
export interface TurnWorld {
  clock: Clock;
  signal: AbortSignal;
}

/** A turn that was played, as far as it went. Its `saved` is empty. */
export interface PlayedTurn {
  record: TurnRecord;
  problems: Problem[];
}

/** Says something and answers calls until the turn ends: by itself, by a limit, or by a failure of the other side. Never rejects for those. */
export async function playTurn(
  conversation: Conversation,
  tools: ToolStubs,
  plan: TurnPlan,
  { clock, signal }: TurnWorld,
): Promise<PlayedTurn> {
  const deadline = startDeadline(plan.timeout, clock, signal);
  const begin = clock.now();
  const elapsed = () => Math.round(clock.now() - begin);
  const record = emptyTurn(plan);
  const problems: Problem[] = [];
  try {
    const stop = await exchange({ conversation, tools, plan, deadline, record, problems, elapsed });
    if (stop !== null) await end(stop);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [first] = error.problems;
    problems.push(...error.problems);
    await end({
      status: "stopped",
      error: { code: first?.code ?? "unknown", message: first?.message ?? error.message },
    });
  } finally {
    deadline.end();
    record.time.total = elapsed();
  }
  return { record, problems };

  async function end({ status, error }: Stop): Promise<void> {
    Object.assign(record, { status, error });
    if (error?.code === "turn_timeout")
      problems.push(problem("remote", error.code, error.message, { hint: timeoutHint }));
    await quietly(conversation.cancel(), clock);
  }
}

const timeoutHint = "The turn was cancelled. A slow assistant needs limits: { turn: { timeout: 120s } }.";
const cancelTime = 5_000;

/** How a turn ends when it does not end by itself. */
interface Stop {
  status: "stopped" | "requires_action";
  error: { code: string; message: string } | null;
}

interface Exchange {
  conversation: Conversation;
  tools: ToolStubs;
  plan: TurnPlan;
  deadline: Deadline;
  record: TurnRecord;
  problems: Problem[];
  elapsed: () => number;
}

/** `null` when the turn ended by itself. */
async function exchange(turn: Exchange): Promise<Stop | null> {
  const { conversation, plan, deadline, record } = turn;
  let stream = conversation.send(plan.user, { signal: deadline.signal });
  for (let round = 1; ; round += 1) {
    const last = await listen(stream, turn);
    if (last === null) return cutShort(deadline, plan);
    if (last.kind === "ended") return null;
    const calls = last.calls.map((call) => openCall(call, round, turn.elapsed()));
    record.calls.push(...calls);
    const forbidden = calls.find(({ name }) => plan.isForbidden(name));
    if (forbidden !== undefined) return stopped("forbidden_call", `${forbidden.name} was called, which is forbidden`);
    if (plan.leaveCalls) return { status: "requires_action", error: null };
    if (round > plan.toolRounds) {
      return stopped("too_many_tool_rounds", `the assistant asked for tools more than ${plan.toolRounds} times`);
    }
    await Promise.all(last.calls.map((call, index) => answerCall(call, calls[index] as CallRecord, turn)));
    if (deadline.signal.aborted) return cutShort(deadline, plan);
    const outputs = calls.map(({ callId, outcome }) => ({
      callId,
      output: outcome === null ? "" : answerText(outcome),
    }));
    stream = conversation.answer(outputs, { signal: deadline.signal });
  }
}

type LastEvent = Extract<TurnEvent, { kind: "ended" | "requires_action" }>;

/** Records events up to the last one; `null` when the time was over before it came. */
async function listen(stream: AsyncIterable<TurnEvent>, turn: Exchange): Promise<LastEvent | null> {
  const { signal } = turn.deadline;
  const events = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = await unlessAborted(events.next(), signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (next === null) return null;
    if (next.done === true) throw endedWithoutStatus();
    note(turn.record, next.value, turn.elapsed());
    if (next.value.kind === "ended" || next.value.kind === "requires_action") {
      await events.return?.();
      return next.value;
    }
  }
}

function note(record: TurnRecord, event: TurnEvent, at: number): void {
  record.events.push({ at, event });
  if (event.kind === "text" || event.kind === "message") record.time.first_token ??= at;
  if (event.kind === "message")
    record.messages.push({ text: event.text, citations: event.citations, files: event.files });
  if (event.kind === "code") record.code.push({ input: event.input, logs: event.logs, images: event.images });
  if (event.kind === "ended") {
    const { status, error, reason, usage } = event;
    Object.assign(record, { status, error, reason, usage });
  }
}

async function answerCall(call: FunctionCall, record: CallRecord, turn: Exchange): Promise<void> {
  const { deadline, plan, elapsed } = turn;
  record.at = elapsed();
  const delay = (milliseconds: number) => deadline.pause(milliseconds);
  const { problems, ...answer } = await turn.tools.answer(call, { signal: deadline.signal, scope: plan.scope, delay });
  Object.assign(record, answer, { took: elapsed() - record.at });
  turn.problems.push(...problems);
}

function cutShort(deadline: Deadline, { timeout }: TurnPlan): Stop {
  return deadline.expired
    ? stopped("turn_timeout", `the turn did not end within ${timeout / 1000} s`)
    : stopped("interrupted", "the scenario was interrupted");
}

function stopped(code: string, message: string): Stop {
  return { status: "stopped", error: { code, message } };
}

function endedWithoutStatus(): ProblemError {
  return new ProblemError([problem("remote", "stream_ended_early", "the stream stopped before the turn ended")]);
}

/** Waits for a clean-up for a bounded time; its failure does not change what happened. */
async function quietly(work: Promise<void>, clock: Clock): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.catch(() => {}), clock.sleep(cancelTime, done.signal)]);
  done.abort();
}

function emptyTurn({ number, id, user }: TurnPlan): TurnRecord {
  return {
    number,
    id,
    user,
    events: [],
    calls: [],
    code: [],
    messages: [],
    valid: true,
    status: "stopped",
    error: null,
    reason: null,
    usage: null,
    time: { total: 0, first_token: null },
    saved: {},
  };
}

function openCall({ callId, name, arguments: written }: FunctionCall, round: number, at: number): CallRecord {
  return { callId, name, arguments: written, args: null, round, outcome: null, findings: [], at, took: 0 };
}
