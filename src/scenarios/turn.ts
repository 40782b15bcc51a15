import type { Scope } from "../project/expression.ts";
import { ProblemError, problem, type Problem } from "../problem.ts";
import type { Conversation, FunctionCall } from "../targets/target.ts";
import type { Clock } from "./clock.ts";
import { startDeadline, within, type Deadline } from "./deadline.ts";
import { listen, note } from "./listen.ts";
import { answerText, parseArguments, type CallRecord, type TurnRecord } from "./record.ts";
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

/** A turn as far as it went, and why it could not be carried out. */
export interface PlayedTurn {
  record: TurnRecord;
  problems: Problem[];
}

const cancelTime = 5_000;

/**
 * Says something and answers calls until the turn ends: by itself, by a limit, or because the other side fails. A turn that does not end by
 * itself is cancelled at the target. Rejects only for bugs.
 */
export async function playTurn(
  conversation: Conversation,
  tools: ToolStubs,
  plan: TurnPlan,
  { clock, signal }: TurnWorld,
): Promise<PlayedTurn> {
  const begin = clock.now();
  const elapsed = () => Math.round(clock.now() - begin);
  const deadline = startDeadline(plan.timeout, clock, signal);
  const played: PlayedTurn = { record: emptyTurn(plan), problems: [] };
  const stop = await exchange({ conversation, tools, plan, deadline, clock, elapsed, ...played }).catch(stopFor);
  deadline.end();
  played.record.time.total = elapsed();
  if (stop === null) return played;
  const { status, error, problems } = stop;
  Object.assign(played.record, { status, error });
  played.problems.push(...problems);
  await within(
    cancelTime,
    clock,
    conversation.cancel().catch(() => {}),
  );
  return played;
}

/** How a turn ends when it does not end by itself. */
interface Stop {
  status: "stopped" | "requires_action";
  error: { code: string; message: string } | null;
  problems: readonly Problem[];
}

interface Exchange extends PlayedTurn {
  conversation: Conversation;
  tools: ToolStubs;
  plan: TurnPlan;
  deadline: Deadline;
  clock: Clock;
  elapsed: () => number;
}

/** `null` when the turn ended by itself. */
async function exchange(turn: Exchange): Promise<Stop | null> {
  const { conversation, plan, deadline, record, clock } = turn;
  const { signal } = deadline;
  let stream = conversation.send(plan.user, { signal });
  for (let round = 1; ; round += 1) {
    const last = await listen(stream, (event) => note(record, event, turn.elapsed()), { clock, signal });
    if (last === null) return cutShort(turn);
    if (last.kind === "ended") return null;
    const calls = last.calls.map((call) => openCall(call, round, turn.elapsed()));
    record.calls.push(...calls);
    const stop = stopBefore(calls, round, plan);
    if (stop !== null) return stop;
    await Promise.all(calls.map((call) => answerCall(call, turn)));
    if (signal.aborted) return cutShort(turn);
    stream = conversation.answer(calls.map(outputOf), { signal });
  }
}

/** Why calls get no answer, or `null`. */
function stopBefore(calls: readonly CallRecord[], round: number, plan: TurnPlan): Stop | null {
  const forbidden = calls.find(({ name }) => plan.isForbidden(name));
  if (forbidden !== undefined) return stopped("forbidden_call", `${forbidden.name} was called, which is forbidden`);
  if (plan.leaveCalls) return { status: "requires_action", error: null, problems: [] };
  if (round <= plan.toolRounds) return null;
  return stopped(
    "too_many_tool_rounds",
    `the assistant asked for tools more than ${plan.toolRounds === 1 ? "once" : `${plan.toolRounds} times`}`,
  );
}

async function answerCall(record: CallRecord, { tools, deadline, plan, elapsed, problems }: Exchange): Promise<void> {
  const delay = (milliseconds: number) => deadline.pause(milliseconds);
  const answer = await tools.answer(record, { signal: deadline.signal, scope: plan.scope, delay });
  const { outcome, findings } = answer;
  Object.assign(record, { outcome, findings, took: elapsed() - record.at });
  problems.push(...answer.problems);
}

function outputOf({ callId, outcome }: CallRecord): { callId: string; output: string } {
  return { callId, output: outcome === null ? "" : answerText(outcome) };
}

function cutShort({ deadline, plan }: Exchange): Stop {
  if (!deadline.expired) return stopped("interrupted", "the scenario was interrupted");
  const message = `the turn did not end within ${plan.timeout / 1000} s, so it was cancelled`;
  const hint = "A slow assistant needs more time: limits: { turn: { timeout: 120s } }.";
  return stopped("turn_timeout", message, [problem("turn_timeout", message, { hint })]);
}

/** The other side did not do its part. Anything else that is thrown is a bug. */
function stopFor(error: unknown): Stop {
  if (!(error instanceof ProblemError)) throw error;
  const [first] = error.problems;
  return stopped(first?.code ?? "unknown", first?.message ?? error.message, error.problems);
}

function stopped(code: string, message: string, problems: readonly Problem[] = []): Stop {
  return { status: "stopped", error: { code, message }, problems };
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
  return {
    callId,
    name,
    arguments: written,
    args: parseArguments(written) ?? null,
    round,
    outcome: null,
    findings: [],
    at,
    took: 0,
  };
}
