import { ProblemError, problem } from "../problem.ts";

/** Throws a ProblemError for options that are not whole numbers of at least `least`; `undefined` is allowed. */
export function refuseNoWholeNumber(least: number, options: Readonly<Record<string, unknown>>): void {
  const problems = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value >= least)) return [];
    const message = `the option ${name} must be a whole number of at least ${least}, not ${JSON.stringify(value)}`;
    return [problem("bad_flag", message)];
  });
  if (problems.length > 0) throw new ProblemError(problems);
}
