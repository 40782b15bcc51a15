import type { Clock } from "./clock.ts";

/** Why waiting ends early. Given none, an abort makes an error with a stack, several times a turn. */
const enough = "enough";

/** A budget of time that stands still during delays that a scenario asks for. */
export interface Deadline {
  /** Aborted when the time is over, or when the scenario is stopped from outside. */
  readonly signal: AbortSignal;
  /** The time is over. */
  readonly expired: boolean;
  /** Waits without spending the budget; ends early when `signal` is aborted. */
  pause(milliseconds: number): Promise<void>;
  /** Stops counting. */
  end(): void;
}

/** Begins to count at once. `outer` ends it as well. */
export function startDeadline(milliseconds: number, clock: Clock, outer: AbortSignal): Deadline {
  const over = new AbortController();
  const interrupt = () => over.abort();
  if (outer.aborted) interrupt();
  outer.addEventListener("abort", interrupt, { once: true });
  let left = milliseconds;
  let pauses = 0;
  let expired = false;
  let stopCounting = count();

  function count(): () => void {
    const begin = clock.now();
    const stopped = new AbortController();
    void clock.sleep(left, stopped.signal).then(() => {
      if (stopped.signal.aborted) return;
      expired = !over.signal.aborted;
      over.abort();
    });
    return () => {
      left -= clock.now() - begin;
      stopped.abort(enough);
    };
  }

  return {
    signal: over.signal,
    get expired() {
      return expired;
    },
    async pause(wait) {
      if (wait === 0) return;
      if (pauses === 0) stopCounting();
      pauses += 1;
      await clock.sleep(wait, over.signal);
      pauses -= 1;
      if (pauses === 0 && !over.signal.aborted) stopCounting = count();
    },
    end() {
      outer.removeEventListener("abort", interrupt);
      stopCounting();
    },
  };
}

/** Settles as `work` does, or with `null` as soon as `signal` is aborted, whatever `work` does. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) {
    work.catch(() => {});
    return null;
  }
  let stop = () => {};
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Waits for `work`, but not longer than that; then gives `null`. */
export async function within<T>(milliseconds: number, clock: Clock, work: Promise<T>): Promise<T | null> {
  const done = new AbortController();
  try {
    return await Promise.race([work, clock.sleep(milliseconds, done.signal).then(() => null)]);
  } finally {
    done.abort(enough);
  }
}
