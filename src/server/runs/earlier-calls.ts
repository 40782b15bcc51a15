import type { ModelMessage, ModelRound } from "../models/model.ts";
import { textOf } from "../models/text.ts";

/** A message of the thread as the model is told of it, and where it comes from. */
export interface ThreadMessage {
  id: string;
  message: ModelMessage;
  /** The run that wrote it; `null` for everybody else. */
  runId: string | null;
  /** Seconds since 1970. */
  createdAt: number;
}

/** What an earlier run of the thread called and was answered, in order. */
export interface EarlierRun {
  id: string;
  /** The last message before it; `undefined` when that is not known. */
  after: string | null | undefined;
  createdAt: number;
  rounds: readonly ModelRound[];
}

/**
 * A thread's messages with the calls that were made between them. A round that said something goes with the message that it became; one
 * that only called is a message without text, before the next one of its run.
 */
export function withEarlierCalls(thread: readonly ThreadMessage[], runs: readonly EarlierRun[]): ModelMessage[] {
  const waiting = new Map(runs.map(({ id, rounds }) => [id, rounds.filter(({ calls }) => calls.length > 0)]));
  const lastOf = new Map(thread.map(({ runId }, index) => [runId, index]));
  const told = thread.flatMap((each, index): ModelMessage[] => {
    const rounds = each.runId === null ? undefined : waiting.get(each.runId);
    if (rounds === undefined) return [each.message];
    const { taken, messages } = messagesUpTo(each.message, rounds);
    const rest = rounds.slice(taken);
    waiting.set(each.runId ?? "", rest);
    return lastOf.get(each.runId) === index ? [...messages, ...rest.map(fromRound)] : messages;
  });
  return withSilentRuns(told, thread, runs);
}

/** The rounds that come before a message or with it, as messages, and how many they are. */
function messagesUpTo(
  message: ModelMessage,
  rounds: readonly ModelRound[],
): { taken: number; messages: ModelMessage[] } {
  const said = textOf(message).trim();
  const own = rounds.findIndex(({ text }) => text.trim() !== "" && text.trim() === said);
  if (own >= 0) {
    const withCalls = { ...message, calls: rounds[own]?.calls ?? [] };
    return { taken: own + 1, messages: [...rounds.slice(0, own).map(fromRound), withCalls] };
  }
  const silent = rounds.findIndex(({ text }) => text.trim() !== "");
  const taken = silent < 0 ? rounds.length : silent;
  return { taken, messages: [...rounds.slice(0, taken).map(fromRound), message] };
}

/** Runs that called and wrote no message: their calls stand before the user's next word. */
function withSilentRuns(
  told: readonly ModelMessage[],
  thread: readonly ThreadMessage[],
  runs: readonly EarlierRun[],
): ModelMessage[] {
  const writers = new Set(thread.map(({ runId }) => runId));
  const silent = runs.filter(({ id, rounds }) => !writers.has(id) && rounds.some(({ calls }) => calls.length > 0));
  return silent.reduce<ModelMessage[]>(
    (messages, run) => {
      const next = nextAfter(run, thread)?.message;
      const at = next === undefined ? messages.findLastIndex(({ role }) => role === "user") : messages.indexOf(next);
      return messages.toSpliced(at, 0, ...run.rounds.filter(({ calls }) => calls.length > 0).map(fromRound));
    },
    [...told],
  );
}

/** The user's first message after a run. A run whose place is not known, or was deleted, is placed by the time. */
function nextAfter({ after, createdAt }: EarlierRun, thread: readonly ThreadMessage[]): ThreadMessage | undefined {
  const place = after === null ? -1 : thread.findIndex(({ id }) => id === after);
  const isPlaced = after === null || place >= 0;
  return thread.find(
    ({ message, createdAt: written }, index) =>
      message.role === "user" && (isPlaced ? index > place : written > createdAt),
  );
}

function fromRound({ text, calls }: ModelRound): ModelMessage {
  return { role: "assistant", content: text === "" ? [] : [{ kind: "text", text }], calls };
}
