import { gzipSync } from "node:zlib";
import type { Clock } from "../../kit/clock.ts";
import { type LiveEvent, type LiveState, afterEvents, messages } from "../../page-data/live.ts";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";

/** A server-sent event; events without an id are not counted. */
export interface Message {
  id: string | null;
  name: (typeof messages)[keyof typeof messages];
  data: string;
}

type ReadAttachment = (this: void, sha256: string) => Promise<Uint8Array | null>;

/** The state shown by all pages, and the last events that led to it. */
export interface Board {
  /** The state, and the id of the last message it includes. */
  now(this: void): { at: string; state: LiveState };
  /** Adds an event to the state at once, and sends it to the pages together with others of the same moment. */
  tell(this: void, event: LiveEvent): void;
  /** Stores the page of a scenario, replacing the previous one. */
  keep(this: void, page: ScenarioPage): void;
  /** Stores the reader for attachments of a run. */
  keepAttachments(this: void, read: ReadAttachment): void;
  /** The bytes with that SHA-256; `null` when no run has them. */
  attachment: ReadAttachment;
  /** JSON compressed with gzip; `null` when that scenario has not run yet. */
  page(this: void, id: string): Uint8Array<ArrayBuffer> | null;
  /**
   * The messages after the one with that id, or from now on for `null`, until the board is closed or the signal aborts. A reader that is too slow, or was away too long,
   * is told to request the complete state: no messages are stored per reader.
   */
  messages(this: void, after: string | null, signal: AbortSignal): AsyncGenerator<Message>;
  close(this: void): void;
}

/** Milliseconds in which events are batched. */
const moment = 100;
/** Milliseconds without a message after which a heartbeat is sent. */
const heartbeat = 15_000;
/** Characters of messages kept for disconnected pages. */
const mostKept = 4_000_000;

/** A board with an initial state. `generation` makes its message ids unique among boards. */
export function createBoard(initial: LiveState, clock: Clock, generation: string): Board {
  const pages = new Map<string, Uint8Array<ArrayBuffer>>();
  /** The reader of the last run comes first. */
  const readers: ReadAttachment[] = [];
  const kept: string[] = [];
  /** The number of the first stored message, counted from 1. */
  let first = 1;
  let size = 0;
  let state = initial;
  let pending: LiveEvent[] = [];
  let isOver = false;
  const waiting = new Set<() => void>();

  const last = () => first + kept.length - 1;
  const idOf = (number: number) => `${generation}.${number}`;
  const wakeAll = () => {
    for (const wake of waiting) wake();
  };
  const flush = () => {
    state = afterEvents(state, pending);
    const data = JSON.stringify(pending);
    pending = [];
    kept.push(data);
    size += data.length;
    while (size > mostKept && kept.length > 1) {
      size -= kept.shift()?.length ?? 0;
      first += 1;
    }
    wakeAll();
  };
  /** The number in an id; `null` for an id that is unknown or no longer stored. */
  const parse = (id: string): number | null => {
    const number = id.startsWith(`${generation}.`) ? Number(id.slice(generation.length + 1)) : -1;
    return Number.isInteger(number) && number >= first - 1 && number <= last() ? number : null;
  };

  return {
    now() {
      if (pending.length > 0) flush();
      return { at: idOf(last()), state };
    },
    tell(event) {
      pending.push(event);
      if (pending.length === 1) clock.after(moment, () => pending.length > 0 && flush());
    },
    keep: (page) => void pages.set(page.id, new Uint8Array(gzipSync(JSON.stringify(page)))),
    page: (id) => pages.get(id) ?? null,
    keepAttachments: (read) => void readers.unshift(read),
    async attachment(sha256) {
      for (const read of readers) {
        const bytes = await read(sha256);
        if (bytes !== null) return bytes;
      }
      return null;
    },
    async *messages(after, signal) {
      const started = after === null ? last() : parse(after);
      let at = started ?? last();
      if (started === null) yield { id: idOf(at), name: messages.reset, data: "{}" };
      while (!signal.aborted) {
        if (at < first - 1) {
          at = last();
          yield { id: idOf(at), name: messages.reset, data: "{}" };
        }
        const data = kept[at + 1 - first];
        if (data !== undefined) {
          at += 1;
          yield { id: idOf(at), name: messages.events, data };
        } else if (isOver) {
          yield { id: null, name: messages.bye, data: "{}" };
          return;
        } else if (!(await somethingNew(waiting, clock, signal))) {
          yield { id: null, name: messages.beat, data: "{}" };
        }
      }
    },
    close() {
      if (pending.length > 0) flush();
      isOver = true;
      wakeAll();
    },
  };
}

/** Waits for a message or the signal; `false` when it is time for a heartbeat. */
function somethingNew(waiting: Set<() => void>, clock: Clock, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const wake = () => end(true);
    const cancel = clock.after(heartbeat, () => end(false));
    const end = (isNew: boolean) => {
      cancel();
      waiting.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve(isNew);
    };
    waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
