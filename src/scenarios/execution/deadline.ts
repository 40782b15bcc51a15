import type { Clock } from "../../kit/clock.ts";
import { sleep } from "../../kit/waiting.ts";

/** The time limit of a turn. The clock stops while a stub delays its answer, and while the target waits. */
export interface Deadline {
  /** Aborted when the time is up, or when the scenario is stopped from outside. */
  readonly signal: AbortSignal;
  /** True when the time is up. */
  readonly expired: boolean;
  /** Milliseconds of the turn so far, excluding waiting. */
  elapsed(): number;
  /** Milliseconds of waiting so far. */
  waited(): number;
  /** Milliseconds of `elapsed` in which stubs delayed their answers; they do not count towards the limit. */
  delayed(): number;
  /** Starts waiting: until `resume`, time is neither counted nor limited. */
  wait(): void;
  resume(): void;
  /** Pauses without using up the limit, although `elapsed` counts the pause; ends early when `signal` is aborted. */
  pause(milliseconds: number): Promise<void>;
  /** Stops counting. */
  end(): void;
}

/** Starts counting at once. Aborting `outer` ends it too. */
export function startDeadline(milliseconds: number, clock: Clock, outer: AbortSignal): Deadline {
  const begin = clock.now();
  const over = new AbortController();
  const interrupt = () => over.abort();
  if (outer.aborted) interrupt();
  outer.addEventListener("abort", interrupt, { once: true });
  let left = milliseconds;
  let holders = 0;
  let expired = false;
  let waited = 0;
  let waitingSince: number | null = null;
  let held = 0;
  let heldSince = 0;
  let stopCounting = count();

  function count(): () => void {
    const from = clock.now();
    const cancel = clock.after(left, () => {
      expired = !over.signal.aborted;
      over.abort();
    });
    return () => {
      left -= clock.now() - from;
      cancel();
    };
  }
  function hold(): void {
    if (holders === 0) {
      stopCounting();
      heldSince = clock.now();
    }
    holders += 1;
  }
  function release(): void {
    holders -= 1;
    if (holders === 0) held += clock.now() - heldSince;
    if (holders === 0 && !over.signal.aborted) stopCounting = count();
  }
  const waitedNow = () => waited + (waitingSince === null ? 0 : clock.now() - waitingSince);

  return {
    signal: over.signal,
    get expired() {
      return expired;
    },
    elapsed: () => Math.round(clock.now() - begin - waitedNow()),
    waited: () => Math.round(waitedNow()),
    delayed: () => Math.round(held + (holders === 0 ? 0 : clock.now() - heldSince) - waitedNow()),
    wait() {
      if (waitingSince !== null) return;
      waitingSince = clock.now();
      hold();
    },
    resume() {
      if (waitingSince === null) return;
      waited += clock.now() - waitingSince;
      waitingSince = null;
      release();
    },
    async pause(wait) {
      if (wait === 0) return;
      hold();
      await sleep(wait, clock, over.signal);
      release();
    },
    end() {
      outer.removeEventListener("abort", interrupt);
      if (holders === 0) stopCounting();
    },
  };
}
