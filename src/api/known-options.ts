import { suggest } from "../kit/words.ts";
import { ProblemError, problem } from "../problem.ts";

/** Every option of a function, by name; a missing name is a type error. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/** Throws a ProblemError for unknown options: a mistyped one would be ignored silently. */
export function refuseUnknownOptions<T extends object>(options: T, names: OptionNames<T>): void {
  const known = Object.keys(names);
  const problems = Object.entries(options).flatMap(([name, value]) => {
    if (name in names || value === undefined) return [];
    const meant = suggest(name, known);
    const hint = meant === undefined ? `Known options: ${known.join(", ")}.` : `Did you mean ${meant}?`;
    return [problem("bad_flag", `there is no option ${name}`, { hint })];
  });
  if (problems.length > 0) throw new ProblemError(problems);
}
