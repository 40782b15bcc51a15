import { sleep } from "../../kit/waiting.ts";
import { durationText } from "../../kit/duration.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { asProblemError, failureOf, interrupted, timedOut, tooLarge } from "../failure.ts";
import type { AnswerHeaders } from "./answer.ts";
import { createBreaker } from "./breaker.ts";
import { type Client, createClient } from "./client.ts";
import type { Connection } from "./connection.ts";
import { type Exchange, createExchange, createInnerExchange, receiveLimits } from "./exchange.ts";
import { createLimiter } from "./limiter.ts";
import { allowancesOf } from "./rate-headers.ts";
import { type RequestFailure, type Tried, concernsTarget, pauseBefore } from "./retry-policy.ts";
import type { Clock } from "../../kit/clock.ts";

export interface CallOptions {
  /**
   * The request may safely be carried out twice. Without this, a request that may have arrived is not sent again, and its problem
   * states that it may have arrived.
   */
  isRepeatable?: boolean;
  /** Ends the request at once; the end of the command does so in any case. */
  signal?: AbortSignal;
  /**
   * `read` ends with the command; `write` gets a moment to finish; so does `cleanup`, which precedes all others. Without it, a
   * request is a read when it is repeatable.
   */
  purpose?: "read" | "write" | "cleanup";
  isStream?: boolean;
  /** Milliseconds that a complete answer may take, where half a minute is too short. */
  answerTime?: number;
  /** Called with the comments of a stream, even after the call has resolved. */
  onComment?: (line: string) => void;
  /** Called with the reason when the request waits for a rate limit or a retry, and with `null` when it continues. */
  onWaiting?: (reason: string | null) => void;
}

/** What a request reports back to its sender. */
export interface Sending extends Pick<Exchange, "sent"> {
  /** The streamed answer reported a rate limit; `pause` is in milliseconds, `null` when it was not given. */
  limited(this: void, pause: number | null): void;
}

/**
 * Sends one request within the target's limits, with retries when they can help. Every failure is a ProblemError;
 * `what` describes the attempt, as in "list the assistants".
 */
export type Call = <T>(
  what: string,
  request: (client: Client, exchange: Sending) => Promise<T>,
  options?: CallOptions,
) => Promise<T>;

/** Creates the sender of requests to one target: they share one limiter, one breaker and the command's signal. */
export function createCall(connection: Connection, onAnswer: (headers: AnswerHeaders) => void = () => {}): Call {
  const { clock, random, retries, baseUrl, concurrency } = connection;
  const limiter = createLimiter(clock, concurrency);
  const breaker = createBreaker();
  const interrupt = interruptOf(connection.signal, clock, connection.patience);

  return async (what, request, options = {}) => {
    const { isRepeatable = false, purpose = isRepeatable ? "read" : "write" } = options;
    const ends = purpose === "read" ? interrupt.now : interrupt.later;
    const signal = options.signal === undefined ? ends : AbortSignal.any([ends, options.signal]);
    const tried: Tried = { failures: 0, limits: 0, waited: 0 };
    let isWaiting = false;
    let isRenewed = false;
    const wait = (reason: string) => {
      isWaiting = true;
      options.onWaiting?.(`could not ${what} yet: ${reason}`);
    };
    for (;;) {
      if (retries > 0) breaker.check();
      const apiKey = await keyFor(what, signal);
      const slot = await limiter
        .begin({ signal, urgent: purpose === "cleanup", onWaiting: wait })
        .catch(() => Promise.reject(interrupted(what)));
      if (isWaiting) options.onWaiting?.(null);
      isWaiting = false;
      const exchange = (connection.inProcess === true ? createInnerExchange : createExchange)({
        connection,
        signal,
        isStream: options.isStream ?? false,
        answerTime: options.answerTime ?? receiveLimits.answerTime,
        onComment: options.onComment,
        onEnd: () => slot.end(),
      });
      try {
        const sending: Sending = { sent: () => exchange.sent(), limited: (pause) => slot.limited(pause) };
        const answer = await request(createClient({ ...connection, apiKey }, exchange.fetch), sending);
        recordAnswer(exchange);
        slot.succeeded();
        return answer;
      } catch (error) {
        slot.end();
        recordAnswer(exchange);
        if (signal.aborted) throw interrupted(what);
        const failure = exchange.stopped() === null ? failureOf(error, clock.now()) : stoppedFailure(exchange);
        // A key may have been revoked early; nothing was carried out with it.
        if (failure.kind === "refused" && failure.status === 401 && connection.keys !== undefined && !isRenewed) {
          connection.keys.refused(apiKey ?? "");
          isRenewed = true;
          continue;
        }
        const pause = pauseBefore(failure, tried, { retries, isRepeatable, hasAnswered: breaker.hasAnswered() });
        const isLimit = failure.kind === "refused" && failure.status === 429;
        if (isLimit) slot.limited(pause === null ? null : failure.asked);
        if (pause === null)
          throw given(problemFor(error, what, exchange, options.answerTime ?? receiveLimits.answerTime), failure);
        const spread = isLimit && failure.asked !== null ? pause : pause * (1 - random() / 4);
        tried[isLimit ? "limits" : "failures"] += 1;
        if (isLimit) tried.waited += spread;
        wait(`${reasonFor(failure)}; retrying in ${durationText(spread)}`);
        await sleep(spread, clock, signal);
      }
    }
  };

  function keyFor(what: string, signal: AbortSignal): Promise<string | null> | string | null {
    if (connection.keys === undefined) return connection.apiKey;
    return connection.keys.get(signal).catch((error: unknown) => {
      throw signal.aborted || connection.signal.aborted ? interrupted(what) : error;
    });
  }

  /** Records an answer of any status. */
  function recordAnswer(exchange: Exchange): void {
    const head = exchange.head();
    if (head === null) return breaker.unanswered();
    onAnswer(head.headers);
    limiter.observe(allowancesOf(head.headers));
    interrupt.answered();
    breaker.answered(head.status >= 500);
  }

  function problemFor(error: unknown, what: string, exchange: Exchange, answerTime: number): unknown {
    switch (exchange.stopped()) {
      case "timed_out":
        return timedOut(what, baseUrl, answerTime);
      case "too_large":
        return tooLarge(what, baseUrl, receiveLimits.answer);
      case null:
        return withoutSecrets(asProblemError(error, { what, baseUrl }));
    }
  }

  /** Redacts secrets: a server may repeat in an error what it was sent. */
  function withoutSecrets(error: unknown): unknown {
    if (!(error instanceof ProblemError)) return error;
    const problems = error.problems.map((each) => Object.assign({}, each, textsOf(each)));
    return new ProblemError(problems, { cause: error.cause });
  }

  function textsOf({ message, hint }: Problem): Pick<Problem, "message" | "hint"> {
    return { message: connection.redact(message), ...(hint === undefined ? {} : { hint: connection.redact(hint) }) };
  }

  /** The error to throw for a request that is given up. */
  function given(error: unknown, failure: RequestFailure): unknown {
    const [first] = error instanceof ProblemError ? error.problems : [];
    if (first === undefined || retries === 0) return error;
    if (concernsTarget(failure)) return new ProblemError([breaker.gaveUp(first, "everything")], { cause: error });
    if (failure.kind === "final" || (failure.kind === "refused" && failure.status < 500)) return error;
    return new ProblemError([breaker.gaveUp(first, failure.kind === "refused" ? "fault" : "no answer")], {
      cause: error,
    });
  }
}

function stoppedFailure(exchange: Exchange): RequestFailure {
  return exchange.stopped() === "timed_out" ? { kind: "timed_out" } : { kind: "final" };
}

function reasonFor(failure: RequestFailure): string {
  switch (failure.kind) {
    case "refused":
      return failure.status === 429 ? "a rate limit (429)" : `the target failed (${failure.status})`;
    case "unreachable":
      return "there is no connection";
    case "cut":
      return "the connection was lost";
    case "timed_out":
      return "there was no answer in time";
    case "final":
      return "the answer cannot be used";
  }
}

/** The total milliseconds that writes and clean-up get after an interrupt. */
const total = 10_000;
/** The milliseconds they get without an answer, from a target that may be gone. */
const idle = 400;

/** The signals of a command's end: for requests that stop at once, and for those that get a moment to finish. */
export interface Interrupt {
  /** Aborted by the interrupt. */
  now: AbortSignal;
  /** Aborted a moment later, when no more answers arrive. */
  later: AbortSignal;
  /** The target answered, so running requests get more time. */
  answered(this: void): void;
}

/** Gives writes and clean-up a moment after `signal`, so that Ctrl-C leaves nothing behind at a target that answers, and ends `patience` milliseconds after the last answer of one that does not. */
export function interruptOf(signal: AbortSignal, clock: Clock, patience = idle): Interrupt {
  const later = new AbortController();
  let end = Infinity;
  let cancel = () => {};
  const wait = () => {
    cancel();
    cancel = clock.after(Math.max(0, Math.min(patience, end - clock.now())), () => later.abort(signal.reason));
  };
  const begin = () => {
    end = clock.now() + total;
    wait();
  };
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  return {
    now: signal,
    later: later.signal,
    answered() {
      if (signal.aborted && !later.signal.aborted) wait();
    },
  };
}
