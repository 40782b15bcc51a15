import type { Problem } from "../../problem.ts";
import type { Attachment, FunctionCall, TurnEvent } from "../../targets/target.ts";
import { parseArguments, type CallRecord, type TurnRecord, messageOf } from "../record/record.ts";
import type { CallAnswer } from "../stubs/answer.ts";
import type { TurnPlan } from "./turn.ts";

/** An event of a turn; times are in milliseconds since the turn began. */
export type LogEntry =
  | { kind: "event"; at: number; event: TurnEvent }
  /** The call `index` (from 0) of round `round` (from 1) was answered. */
  | { kind: "answer"; round: number; index: number; at: number; took: number; answer: CallAnswer };

/** How a turn ends when it is stopped. */
export interface Stop {
  status: "stopped" | "requires_action";
  error: { code: string; message: string } | null;
  problems: readonly Problem[];
}

/** All events of a turn, in order. */
export interface TurnLog {
  entries: readonly LogEntry[];
  /** Milliseconds, excluding waiting. */
  total: number;
  waited: number;
  /** Milliseconds of `total` in which stubs delayed their answers. */
  delayed: number;
  /** `null` when the turn ended normally. */
  stop: Stop | null;
}

/** The record of a turn, made from its log. `saved`, `valid` and `cost` are filled in by the caller. */
export function recordOf(
  { number, part, id, user, choice, attachments = [] }: TurnPlan,
  log: TurnLog,
): Omit<TurnRecord, "saved" | "valid" | "cost"> {
  const streamed = log.entries.flatMap((entry) => (entry.kind === "event" ? [entry] : []));
  const events = streamed.map(({ at, event }) => ({ at, event }));
  const all = events.map(({ event }) => event);
  const end = all.find((event) => event.kind === "ended");
  const spoken = streamed.find(({ event }) => event.kind === "text" || event.kind === "message");
  return {
    number,
    ...(part !== null && { part }),
    id,
    user,
    ...(choice !== null && { choice }),
    ...(attachments.length > 0 && { attachments: attachments.map(attached) }),
    events,
    calls: callsOf(log.entries),
    code: all.flatMap((event) =>
      event.kind === "code" ? [{ input: event.input, logs: event.logs, images: event.images }] : [],
    ),
    messages: all.flatMap((event) => (event.kind === "message" ? [messageOf(event)] : [])),
    status: log.stop?.status ?? end?.status ?? "stopped",
    error: log.stop === null ? (end?.error ?? null) : log.stop.error,
    reason: end?.reason ?? null,
    usage: end?.usage ?? null,
    model: end?.model ?? null,
    time: { total: log.total, first_token: spoken?.at ?? null, waited: log.waited, ...delayOf(log) },
  };
}

/** An attached file of a turn, as in the record. */
export function attached({ file, tools, isShown }: Attachment): { file: string; for: string[] } {
  return { file, for: isShown ? [...tools, "vision"] : [...tools] };
}

function delayOf({ delayed }: TurnLog): { delayed?: number } {
  return delayed === 0 ? {} : { delayed };
}

/** Why a turn could not be carried out: the problems that stopped it, and the problems of its calls. */
export function problemsOf({ entries, stop }: TurnLog): Problem[] {
  const ofCalls = entries.flatMap((entry) => (entry.kind === "answer" ? entry.answer.problems : []));
  return [...ofCalls, ...(stop?.problems ?? [])];
}

/** The words for what an unfinished turn is waiting for, which complete "waiting for". */
export function awaitedIn(entries: readonly LogEntry[]): string {
  const open = callsOf(entries).filter(({ outcome }) => outcome === null);
  if (open.length > 0) return `${open.map(({ name }) => name).join(", ")} to answer`;
  const last = entries.findLast((entry) => entry.kind === "answer" || !isPause(entry.event));
  if (last === undefined) return "the assistant's first word";
  if (last.kind === "answer")
    return `the assistant to continue after ${last.answer.outcome.kind === "error" ? "a tool's error" : "a tool's answer"}`;
  const after = { text: "beginning a message", message: "a message", code: "running code", search: "a search" };
  const { kind } = last.event;
  return kind in after
    ? `the assistant to continue after ${after[kind as keyof typeof after]}`
    : "the assistant to continue";
}

/** The reasons for which the target waited, each once. */
export function waitsIn(entries: readonly LogEntry[]): string[] {
  return [
    ...new Set(
      entries.flatMap((entry) =>
        entry.kind === "event" && entry.event.kind === "waiting" ? [entry.event.reason] : [],
      ),
    ),
  ];
}

function isPause({ kind }: TurnEvent): boolean {
  return kind === "waiting" || kind === "resumed";
}

function callsOf(entries: readonly LogEntry[]): CallRecord[] {
  const rounds = entries.flatMap((entry) =>
    entry.kind === "event" && entry.event.kind === "requires_action"
      ? [{ at: entry.at, calls: entry.event.calls }]
      : [],
  );
  const answers = entries.filter((entry) => entry.kind === "answer");
  return rounds.flatMap(({ at, calls }, nth) =>
    calls.map((call, index) => {
      const answered = answers.find((each) => each.round === nth + 1 && each.index === index);
      return callOf(call, nth + 1, answered ?? { at, took: 0, answer: null });
    }),
  );
}

function callOf(
  { callId, name, arguments: written }: FunctionCall,
  round: number,
  { at, took, answer }: { at: number; took: number; answer: CallAnswer | null },
): CallRecord {
  const args = parseArguments(written) ?? null;
  const { outcome = null, findings = [], changes = [], rule } = answer ?? {};
  const changed = changes.length === 0 ? {} : { changes };
  return {
    callId,
    name,
    arguments: written,
    args,
    round,
    outcome,
    findings,
    ...(rule !== undefined && { rule }),
    ...changed,
    at,
    took,
  };
}
