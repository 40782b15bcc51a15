import { ProblemError, type Problem } from "../../problem.ts";

/** Notices that a target is dead, so that what else is asked of it fails at once, with the same problem. */
export interface Breaker {
  /** Throws the problem that ended the target, if it has ended. */
  check(): void;
  /** The target answered a try, with a fault of its own or not. */
  answered(isFault: boolean): void;
  hasAnswered(): boolean;
  /** One try brought no answer. */
  unanswered(): void;
  /** A request was given up after all its tries. Gives the problem, which says so when it concerns the whole target from now on. */
  gaveUp(problem: Problem, kind: "no answer" | "fault" | "everything"): Problem;
}

/**
 * So many tries in a row without an answer end a target: few when it has never answered, for then its address is wrong or it does not
 * run, more when it has; so do so many faults in a row.
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
