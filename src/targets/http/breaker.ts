import { ProblemError, type Problem } from "../../problem.ts";

/** A circuit breaker: once a target is found dead, further requests fail at once with the same problem. */
export interface Breaker {
  /** Throws the problem that opened the breaker, if it is open. */
  check(): void;
  /** The target answered an attempt; `isFault` for a server error. */
  answered(isFault: boolean): void;
  hasAnswered(): boolean;
  /** An attempt got no answer. */
  unanswered(): void;
  /** A request was given up after all its attempts. Returns the problem, with `scope: target` when the breaker is now open. */
  gaveUp(problem: Problem, kind: "no answer" | "fault" | "everything"): Problem;
}

/**
 * The number of consecutive attempts without an answer that open the breaker: few when the target has never answered, because then its address is wrong or it does not
 * run; more when it has. The same applies to `mostFaults` consecutive faults.
 */
const mostUnanswered = { atFirst: 3, later: 8 };
const mostFaults = 12;

export function createBreaker(): Breaker {
  let open: Problem | null = null;
  let answeredOnce = false;
  let silent = 0;
  let faults = 0;
  return {
    check() {
      if (open !== null) throw new ProblemError([open]);
    },
    answered(isFault) {
      answeredOnce = true;
      silent = 0;
      faults = isFault ? faults + 1 : 0;
    },
    hasAnswered: () => answeredOnce,
    unanswered() {
      silent += 1;
    },
    gaveUp(problem, kind) {
      const isDead = {
        everything: true,
        "no answer": silent >= (answeredOnce ? mostUnanswered.later : mostUnanswered.atFirst),
        fault: faults >= mostFaults,
      }[kind];
      if (!isDead) return problem;
      const concerning: Problem = { ...problem, scope: "target" };
      open ??= concerning;
      return concerning;
    },
  };
}
