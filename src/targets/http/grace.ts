import type { Clock } from "../../kit/clock.ts";

/** Milliseconds in all that what must not be left half done gets after an interrupt. */
const total = 10_000;
/** The same without an answer, of a target that may have gone. */
const idle = 400;

/** The end of a command, for requests that stop at once and for those that are given a moment to finish. */
export interface Interrupt {
  /** Aborted by the interrupt. */
  now: AbortSignal;
  /** Aborted a moment later: when nothing is answered any more. */
  later: AbortSignal;
  /** The target answered something, so what is under way gets more time. */
  answered(this: void): void;
}

/** Gives writes and clean-up a moment after `signal`, so that Ctrl-C leaves nothing behind where the target answers, and ends where it does not: after `patience` milliseconds without an answer. */
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
