import { ProblemError, type Problem } from "../../problem.ts";

/** Notices that a target is dead, so that what else is asked of it fails at once, with the same problem. */
export interface Breaker {
  /** Throws the problem that ended the target, if it has ended. */
  check(): void;
  answered(): void;
  hasAnswered(): boolean;
  /** One try failed: without an answer, or with one of the target's own faults. */
  failed(): void;
  /** A request was given up after all its tries. Gives the problem, which says so when it concerns the whole target from now on. */
  gaveUp(problem: Problem, kind: "no answer" | "fault" | "everything"): Problem;
}

/** So many tries in a row without any answer, or faults of the target over several requests, end it. */
const mostUnanswered = 3;
const mostFaults = 12;
const mostGivenUp = 3;

export function createBreaker(): Breaker {
  let open: Problem | null = null;
  let answeredOnce = false;
  let inARow = 0;
  let givenUp = 0;
  return {
    check() {
      if (open !== null) throw new ProblemError([open]);
    },
    answered() {
      answeredOnce = true;
      inARow = 0;
      givenUp = 0;
    },
    hasAnswered: () => answeredOnce,
    failed() {
      inARow += 1;
    },
    gaveUp(problem, kind) {
      givenUp += 1;
      const isDead = {
        everything: true,
        "no answer": inARow >= mostUnanswered,
        fault: inARow >= mostFaults && givenUp >= mostGivenUp,
      }[kind];
      if (!isDead) return problem;
      const concerning: Problem = { ...problem, scope: "target" };
      open ??= concerning;
      return concerning;
    },
  };
}
