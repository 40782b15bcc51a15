import type { Clock } from "../../kit/clock.ts";

/** Milliseconds without an answer, and in all, that what must not be left half done gets after an interrupt. */
const patience = { idle: 500, total: 10_000 };

/** The end of a command, for requests that stop at once and for those that are given a moment to finish. */
export interface Interrupt {
  /** Aborted by the interrupt. */
  now: AbortSignal;
  /** Aborted a moment later: when nothing is answered any more. */
  later: AbortSignal;
  /** The target answered something, so what is under way gets more time. */
  answered(this: void): void;
}

/** Gives writes and clean-up a moment after `signal`, so that Ctrl-C leaves nothing behind where the target answers, and ends where it does not. */
export function interruptOf(signal: AbortSignal, clock: Clock): Interrupt {
  const later = new AbortController();
  let end = Infinity;
  let cancel = () => {};
  const wait = () => {
    cancel();
    cancel = clock.after(Math.max(0, Math.min(patience.idle, end - clock.now())), () => later.abort(signal.reason));
  };
  const begin = () => {
    end = clock.now() + patience.total;
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
