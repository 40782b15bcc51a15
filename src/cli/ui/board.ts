import { gzipSync } from "node:zlib";
import type { Clock } from "../../kit/clock.ts";
import { type LiveEvent, type LiveState, afterEvents, messages } from "../../page-data/live.ts";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";

/** A server-sent event; one without an id is not counted. */
export interface Message {
  id: string | null;
  name: (typeof messages)[keyof typeof messages];
  data: string;
}

type ReadAttachment = (this: void, sha256: string) => Promise<Uint8Array | null>;

/** What all pages show: one state, and the last events that led to it. */
export interface Board {
  /** The state, and the id of the last message that is in it. */
  now(this: void): { at: string; state: LiveState };
  /** Is in the state at once, and told to the pages with what else happens within a moment. */
  tell(this: void, event: LiveEvent): void;
  /** Keeps what a page shows of a scenario, in place of what it was before. */
  keep(this: void, page: ScenarioPage): void;
  /** Keeps what reads attachments of a run. */
  keepAttachments(this: void, read: ReadAttachment): void;
  /** The bytes with that SHA-256; `null` when no run has them. */
  attachment: ReadAttachment;
  /** JSON, packed with gzip; `null` when that scenario was not run yet. */
  page(this: void, id: string): Uint8Array<ArrayBuffer> | null;
  /**
   * The messages after the one with that id, from now on when it is `null`, until the board is closed or the signal aborts. A reader that is so slow, or was away so long,
   * that what it misses is no longer there is told to ask for the whole state: nothing is kept for anybody.
   */
  messages(this: void, after: string | null, signal: AbortSignal): AsyncGenerator<Message>;
  close(this: void): void;
}

/** Milliseconds in which events are put together. */
const moment = 100;
/** Milliseconds without a message after which a sign of life is given. */
const heartbeat = 15_000;
/** Characters of messages that are kept for pages that were away. */
const mostKept = 4_000_000;

/** A board in some state. `generation` makes its messages unlike those of any other board. */
export function createBoard(initial: LiveState, clock: Clock, generation: string): Board {
  const pages = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Of the last run first. */
  const readers: ReadAttachment[] = [];
  const kept: string[] = [];
  /** The number of the first message that is kept; they count from 1. */
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
  /** The number in an id; of one that is not ours or not kept, nothing. */
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

/** Waits to be woken, or for the signal; `false` when it was quiet for so long that a sign of life is due. */
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
