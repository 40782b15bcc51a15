import type { Clock } from "../../kit/clock.ts";
import { durationText } from "../../kit/duration.ts";
import type { Allowance } from "./rate-headers.ts";

/**
 * Lets requests to one target begin: as many at a time as the target has shown that it takes, none while it asks to wait, and no more
 * than its rate limits have left. Everything that talks to the target shares one.
 */
export interface Limiter {
  /**
   * Resolves when a request may begin; rejects with the reason of `signal` when that aborts before. `onWaiting` is told why it does not
   * begin at once. What is urgent goes before all others, and beyond the number of requests at a time.
   */
  begin(options: { signal: AbortSignal; urgent: boolean; onWaiting: (reason: string) => void }): Promise<Slot>;
  /** Takes note of what an answer says of the rate limits. */
  observe(allowances: readonly Allowance[]): void;
}

/** The place of a request that has begun. `end` may be called more than once. */
export interface Slot {
  /** The target answered; more may be tried at a time. */
  succeeded(): void;
  /** The target refused for its rate: fewer at a time from now on, and none for `pause` milliseconds when it said how long. */
  limited(pause: number | null): void;
  end(): void;
}

interface Waiter {
  urgent: boolean;
  start(): void;
  onWaiting: (reason: string) => void;
  told: boolean;
}

interface Bucket {
  left: number;
  /** Refill, per millisecond. */
  rate: number;
  limit: number;
  /** When `left` was counted, and when the target last said so. */
  at: number;
  observed: number;
}

/** How much of the number of requests at a time is left after a refusal. */
const decrease = 0.7;

/** What headers said is believed for so long, in milliseconds; then a request shows what holds now. */
const believed = 60_000;

/** A limiter that knows nothing of the target yet, and so holds nothing back but what is beyond `allowed` requests at a time. */
export function createLimiter(clock: Clock, allowed = Infinity): Limiter {
  const waiting: Waiter[] = [];
  const buckets = new Map<Allowance["kind"], Bucket>();
  let most = Infinity;
  let running = 0;
  let pausedUntil = 0;
  let reducedAt = 0;
  let cancelTimer: (() => void) | null = null;

  /** Milliseconds until a request may begin, and why it may not now; `Infinity`: when another one ends. */
  function obstacle(urgent: boolean): { wait: number; reason: string } | null {
    const now = clock.now();
    if (pausedUntil > now) {
      const wait = pausedUntil - now;
      return { wait, reason: `a rate limit: the target asks to wait ${durationText(wait)}` };
    }
    for (const [kind, bucket] of buckets) {
      if (now - bucket.observed > believed) continue;
      const left = Math.min(bucket.limit, bucket.left + (now - bucket.at) * bucket.rate);
      if (left < 1) {
        const wait = Math.min((1 - left) / bucket.rate, bucket.observed + believed - now + 1);
        return { wait, reason: `a rate limit: its ${kind} are used up for ${durationText(wait)}` };
      }
    }
    if (!urgent && running >= allowed)
      return { wait: Infinity, reason: `${allowed} requests at a time are allowed (--concurrency)` };
    if (!urgent && running >= Math.max(1, Math.floor(most)))
      return { wait: Infinity, reason: `a rate limit: the target takes ${running} requests at a time` };
    return null;
  }

  function pump(): void {
    cancelTimer?.();
    cancelTimer = null;
    while (waiting[0] !== undefined) {
      const found = obstacle(waiting[0].urgent);
      if (found === null) {
        waiting.shift()?.start();
        continue;
      }
      for (const waiter of waiting) tell(waiter, found.reason);
      if (found.wait !== Infinity) cancelTimer = clock.after(Math.max(1, Math.ceil(found.wait)), pump);
      return;
    }
  }

  function tell(waiter: Waiter, reason: string): void {
    if (!waiter.told) waiter.onWaiting(reason);
    waiter.told = true;
  }

  function take(): Slot {
    const begun = clock.now();
    running += 1;
    const requests = buckets.get("requests");
    if (requests !== undefined) {
      const grown = requests.left + (begun - requests.at) * requests.rate;
      Object.assign(requests, { left: Math.min(requests.limit, grown) - 1, at: begun });
    }
    let ended = false;
    return {
      succeeded() {
        most += 1 / most;
      },
      limited(pause) {
        // One burst of refusals is one reason to go slower.
        if (begun >= reducedAt) {
          most = Math.max(1, Math.min(most, running) * decrease);
          reducedAt = clock.now();
        }
        if (pause !== null) pausedUntil = Math.max(pausedUntil, clock.now() + pause);
      },
      end() {
        if (ended) return;
        ended = true;
        running -= 1;
        pump();
      },
    };
  }

  return {
    begin({ signal, urgent, onWaiting }) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal.reason as Error);
          pump();
        };
        const waiter: Waiter = {
          urgent,
          told: false,
          onWaiting,
          start() {
            signal.removeEventListener("abort", leave);
            resolve(take());
          },
        };
        if (urgent) waiting.splice(waiting.findLastIndex((each) => each.urgent) + 1, 0, waiter);
        else waiting.push(waiter);
        signal.addEventListener("abort", leave, { once: true });
        pump();
      });
    },
    observe(allowances) {
      const now = clock.now();
      for (const { kind, limit, remaining, reset } of allowances) {
        const known = buckets.get(kind);
        const most = Math.max(1, limit ?? known?.limit ?? remaining);
        if (reset === null) continue;
        // Requests that are under way are not counted in what is left yet.
        const left = kind === "requests" ? remaining - Math.max(0, running - 1) : remaining;
        const rate = Math.max(most - remaining, 1) / Math.max(reset, 1);
        buckets.set(kind, { left, rate, limit: most, at: now, observed: now });
      }
    },
  };
}
