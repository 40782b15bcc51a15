import type { Attempt, AttemptNumber } from "../../src/scenarios/results/result.ts";
import type { NumberedAttempt } from "../../src/scenarios/results/scenario-result.ts";

/** An attempt that passed, but for what is said of it. */
export function attempt(fields: Partial<Attempt & AttemptNumber> = {}): NumberedAttempt {
  const nothing = { record: null, verdicts: [], problems: [], interrupted: false, time: 1 };
  return { ...nothing, confirmation: 0, run: 1, attempt: 1, ...fields };
}

/** The attempts at one run, one after the other. */
export function attempts(
  first: Partial<Attempt>,
  ...others: Partial<Attempt>[]
): [NumberedAttempt, ...NumberedAttempt[]] {
  return [attempt(first), ...others.map((each, index) => attempt({ ...each, attempt: index + 2 }))];
}
