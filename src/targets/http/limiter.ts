import type { Clock } from "../../kit/clock.ts";
import { durationText } from "../../kit/duration.ts";
import type { Allowance } from "./rate-headers.ts";

/**
 * Starts the requests to one target: as many in parallel as the target has been shown to accept, none while it asks to wait, and no more
 * than its rate limits allow. All requests to the target share one limiter.
 */
export interface Limiter {
  /**
   * Resolves when a request may start; rejects with the reason of `signal` when that aborts first. `onWaiting` is called with the reason when it cannot
   * start at once. Urgent requests precede all others, and do not count against the number of parallel requests.
   */
  begin(options: { signal: AbortSignal; urgent: boolean; onWaiting: (reason: string) => void }): Promise<Slot>;
  /** Records the rate limits that an answer reports. */
  observe(allowances: readonly Allowance[]): void;
}

/** The slot of a running request. `end` may be called more than once. */
export interface Slot {
  /** The target answered; more requests may be tried in parallel. */
  succeeded(): void;
  /** The target refused because of a rate limit: fewer in parallel from now on, and none for `pause` milliseconds if given. */
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
  /** When `left` was computed, and when the target last reported it. */
  at: number;
  observed: number;
}

/** The factor by which a refusal reduces the number of parallel requests. */
const decrease = 0.7;

/** How long reported limits are trusted, in milliseconds; after that, a request shows the current ones. */
const believed = 60_000;

/** A limiter that does not know the target yet, and so only limits requests to `allowed` in parallel. */
export function createLimiter(clock: Clock, allowed = Infinity): Limiter {
  const waiting: Waiter[] = [];
  const buckets = new Map<Allowance["kind"], Bucket>();
  let most = Infinity;
  let running = 0;
  let pausedUntil = 0;
  let reducedAt = 0;
  let cancelTimer: (() => void) | null = null;

  /** Milliseconds until a request may start, and why it may not start now; `Infinity`: when another one ends. */
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
      return { wait: Infinity, reason: `only ${allowed} parallel requests are allowed (--concurrency)` };
    if (!urgent && running >= Math.max(1, Math.floor(most)))
      return { wait: Infinity, reason: `a rate limit: the target accepts ${running} parallel requests` };
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
        // A burst of refusals reduces the number only once.
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
        // The remaining count does not include running requests yet.
        const left = kind === "requests" ? remaining - Math.max(0, running - 1) : remaining;
        const rate = Math.max(most - remaining, 1) / Math.max(reset, 1);
        buckets.set(kind, { left, rate, limit: most, at: now, observed: now });
      }
    },
  };
}
