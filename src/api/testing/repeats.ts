import { type Problem, ProblemError, problem } from "../../problem.ts";
import { neededRuns, once, showPassRule } from "../../scenarios/results/pass-rule.ts";
import type { Trying } from "../../scenarios/execution/repeat.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

/** Options for repeating scenarios. */
export interface Repeating {
  /** The number of runs, instead of the scenarios' own. */
  repeat?: number | undefined;
  retries?: number | undefined;
  confirm?: number | undefined;
  allRuns?: boolean | undefined;
  /** A baseline comparison needs complete samples, so every run is carried out. */
  baseline?: string | undefined;
  replay?: boolean | undefined;
}

/**
 * The scenarios, each with the requested or its own number of runs. Throws a ProblemError when more runs would have to
 * pass than there are.
 */
export function withRuns(scenarios: readonly Scenario[], { repeat: runs, replay }: Repeating): Scenario[] {
  // A recording gives the same result every time.
  if (replay === true) return scenarios.map((each) => ({ ...each, repeat: once }));
  if (runs === undefined) return [...scenarios];
  const repeated = scenarios.map((each) => ({ ...each, repeat: { ...each.repeat, runs } }));
  const problems = repeated.filter(({ repeat }) => neededRuns(repeat) > runs).map((each) => tooFew(each, runs));
  if (problems.length > 0) throw new ProblemError(problems);
  return repeated;
}

/** The options for retries and reruns. */
export function tryingOf({ retries = 1, confirm = 0, allRuns, baseline, replay }: Repeating): Trying {
  if (replay === true) return { retries: 0, confirm: 0, allRuns: false };
  return { retries, confirm, allRuns: allRuns === true || baseline !== undefined };
}

function tooFew({ id, repeat, place }: Scenario, runs: number): Problem {
  const message = `${id} needs "${showPassRule(repeat.pass)}" to pass, which is impossible with ${runs} ${runs === 1 ? "run" : "runs"}`;
  const hint = 'Use more runs, or write the rule as a share: "80%" works with any number.';
  return problem("out_of_range", message, { hint, place: place(["repeat", "pass"], "value") });
}
