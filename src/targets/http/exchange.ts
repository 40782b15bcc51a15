import type { Clock } from "../../kit/clock.ts";
import { orAborted } from "../../kit/waiting.ts";
import { type Answer, type AnswerHeaders, createAnswer } from "./answer.ts";
import type { Connection } from "./connection.ts";

/** The limits of what is received: sizes in bytes, times in milliseconds. */
export const receiveLimits = {
  answer: 64 * 1024 * 1024,
  stream: 512 * 1024 * 1024,
  /** For a complete answer, and between two pieces of a stream. */
  answerTime: 30_000,
  streamPause: 600_000,
  /** For the answer to an upload of half a gigabyte, or to a batch of two thousand files. */
  largeAnswerTime: 120_000,
};

/** One attempt of a request, besides what the client reads from it. */
export interface Exchange {
  fetch: Connection["fetch"];
  /** The answer's status and headers, once it has started. */
  head(): { status: number; headers: AnswerHeaders } | null;
  /** How this side stopped it. */
  stopped(): "timed_out" | "too_large" | null;
  /** More of the body was sent: the time for the answer starts over, so that a large upload may take as long as it progresses. */
  sent(): void;
}

interface ExchangeOptions {
  connection: Pick<Connection, "fetch" | "clock">;
  signal: AbortSignal;
  isStream: boolean;
  /** Milliseconds that the answer may take when it is not a stream. */
  answerTime: number;
  /** Called with the comments of a stream of server-sent events. */
  onComment?: (line: string) => void;
  /** Called when the answer is complete, or when there will be none. */
  onEnd: () => void;
}

/** A `fetch` for one attempt of a request to a server in this process. */
export function createInnerExchange(options: ExchangeOptions): Exchange {
  const { connection, signal, isStream, onComment, onEnd } = options;
  let head: ReturnType<Exchange["head"]> = null;
  return {
    head: () => head,
    stopped: () => null,
    sent: () => {},
    async fetch(url, init) {
      const ends = init.signal ? AbortSignal.any([signal, init.signal]) : signal;
      try {
        // A Request listens to its signal until it is garbage-collected: without a signal, the listeners of thousands of requests do not accumulate.
        const response = await orAborted(connection.fetch(url, { ...init, signal: null }), ends);
        head = { status: response.status, headers: response.headers };
        if (!isStream) return response;
        const onPiece = createCommentReader(onComment ?? (() => {}));
        return watched(response, { signal: ends, most: Infinity, onPiece, onTooLarge: () => {}, onEnd });
      } finally {
        onEnd();
      }
    },
  };
}

/** A `fetch` for one attempt, within the limits of size and time, stopped by `signal`. */
export function createExchange({
  connection,
  signal,
  isStream,
  answerTime,
  onComment,
  onEnd,
}: ExchangeOptions): Exchange {
  const readComments = createCommentReader(onComment ?? (() => {}));
  const stop = new AbortController();
  let head: ReturnType<Exchange["head"]> = null;
  let stopped: "timed_out" | "too_large" | null = null;
  const time = isStream ? receiveLimits.streamPause : answerTime;
  const timer = startTimer(time, connection.clock, () => {
    stopped = "timed_out";
    stop.abort(new Error("no answer in time"));
  });
  const end = () => {
    timer.stop();
    onEnd();
  };
  return {
    head: () => head,
    stopped: () => stopped,
    sent: () => timer.again(),
    async fetch(url, init) {
      const ends = AbortSignal.any([signal, stop.signal, ...(init.signal ? [init.signal] : [])]);
      try {
        // Not every fetch respects its signal as soon as it aborts.
        const response = await orAborted(connection.fetch(url, { ...init, signal: ends }), ends);
        head = { status: response.status, headers: response.headers };
        return watched(response, {
          signal: ends,
          most: isStream ? receiveLimits.stream : receiveLimits.answer,
          onPiece(piece) {
            if (!isStream) return;
            timer.again();
            readComments(piece);
          },
          onTooLarge() {
            stopped = "too_large";
            stop.abort(new Error("too large"));
          },
          onEnd: end,
        });
      } catch (error) {
        end();
        throw error;
      }
    },
  };
}

function startTimer(milliseconds: number, { after }: Clock, late: () => void) {
  let cancel = after(milliseconds, late);
  let isOver = false;
  return {
    again() {
      // A server may answer before it has read everything.
      if (isOver) return;
      cancel();
      cancel = after(milliseconds, late);
    },
    stop() {
      isOver = true;
      cancel();
    },
  };
}

interface Watch {
  signal: AbortSignal;
  most: number;
  onPiece: (piece: Uint8Array) => void;
  onTooLarge: () => void;
  onEnd: () => void;
}

/** The same answer, with the size of its body checked while it is read. */
function watched(answer: Answer, { signal, most, onPiece, onTooLarge, onEnd }: Watch): Answer {
  const reader = answer.body?.getReader();
  if (reader === undefined) {
    onEnd();
    return answer;
  }
  let size = 0;
  return createAnswer(answer, {
    async read() {
      try {
        const { done, value } = await orAborted(reader.read(), signal);
        if (done || value === undefined) {
          onEnd();
          return { done };
        }
        size += value.byteLength;
        if (size > most) {
          onTooLarge();
          throw new Error(`the answer is larger than ${most} bytes`);
        }
        onPiece(value);
        return { done, value };
      } catch (error) {
        onEnd();
        reader.cancel(error).catch(() => {});
        throw error;
      }
    },
    async cancel(reason) {
      onEnd();
      await reader.cancel(reason);
    },
  });
}

/** The maximum length of a comment, in characters; longer ones are ignored. */
const longest = 1_000;

/** Creates a reader for the pieces of a stream of server-sent events that reports the comments in them, each as a complete line. */
export function createCommentReader(onComment: (line: string) => void): (piece: Uint8Array) => void {
  const decoder = new TextDecoder();
  /** The start of an unfinished line; `null` when it is not a comment, or too long. */
  let begun: string | null = "";
  return (piece) => {
    const [rest = "", ...lines] = decoder.decode(piece, { stream: true }).split(/\r?\n/);
    begun = lengthened(begun, rest);
    for (const line of lines) {
      if (begun?.startsWith(":") === true) onComment(begun.replace(/\r$/, ""));
      begun = lengthened("", line);
    }
  };
}

function lengthened(begun: string | null, more: string): string | null {
  if (begun === null) return null;
  const line = begun + more;
  return line.length > longest || !(line === "" || line.startsWith(":")) ? null : line;
}
