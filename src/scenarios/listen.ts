import { ProblemError, problem } from "../problem.ts";
import type { TurnEvent } from "../targets/target.ts";
import type { Clock } from "./clock.ts";
import { unlessAborted, within } from "./deadline.ts";
import type { TurnRecord } from "./record.ts";

/** The event after which it is somebody else's move. */
export type LastEvent = Extract<TurnEvent, { kind: "ended" | "requires_action" }>;

const patience = 1_000;

/** Hears a stream out, telling every event. `null` when `signal` was aborted before the last one; throws a ProblemError when there is no last one. */
export async function listen(
  stream: AsyncIterable<TurnEvent>,
  tell: (event: TurnEvent) => void,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<LastEvent | null> {
  const events = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = await unlessAborted(events.next(), signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (next === null) return null;
    if (next.done === true) throw endedEarly();
    tell(next.value);
    if (next.value.kind !== "ended" && next.value.kind !== "requires_action") continue;
    await letEnd(events, clock);
    return next.value;
  }
}

/** A stream that ends by itself leaves its connection for the next request; one that does not is dropped. */
async function letEnd(events: AsyncIterator<TurnEvent>, clock: Clock): Promise<void> {
  const end = await within(
    patience,
    clock,
    events.next().catch(() => null),
  );
  if (end?.done !== true) void events.return?.().catch(() => {});
}

/** Adds an event to a turn's record. */
export function note(record: TurnRecord, event: TurnEvent, at: number): void {
  record.events.push({ at, event });
  switch (event.kind) {
    case "text":
      record.time.first_token ??= at;
      return;
    case "message":
      record.time.first_token ??= at;
      record.messages.push({ text: event.text, citations: event.citations, files: event.files });
      return;
    case "code":
      record.code.push({ input: event.input, logs: event.logs, images: event.images });
      return;
    case "ended": {
      const { status, error, reason, usage } = event;
      Object.assign(record, { status, error, reason, usage });
      return;
    }
    case "search":
    case "requires_action":
    case "waiting":
    case "resumed":
  }
}

function endedEarly(): ProblemError {
  return new ProblemError([problem("stream_ended_early", "the stream stopped before the turn ended")]);
}
