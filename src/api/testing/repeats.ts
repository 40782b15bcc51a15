import { type Problem, ProblemError, problem } from "../../problem.ts";
import { neededRuns, once, showPassRule } from "../../scenarios/results/pass-rule.ts";
import type { Trying } from "../../scenarios/execution/repeat.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

/** How often scenarios are run. */
export interface Repeating {
  /** In place of what they say themselves. */
  repeat?: number | undefined;
  retries?: number | undefined;
  confirm?: number | undefined;
  allRuns?: boolean | undefined;
  /** What is compared with a baseline is a sample, so every run is carried out. */
  baseline?: string | undefined;
  replay?: boolean | undefined;
}

/**
 * The scenarios, each to be run as often as is asked for, or as it says itself. Throws a ProblemError when more runs would have to
 * pass than there are.
 */
export function withRuns(scenarios: readonly Scenario[], { repeat: runs, replay }: Repeating): Scenario[] {
  // A recording plays the same way every time.
  if (replay === true) return scenarios.map((each) => ({ ...each, repeat: once }));
  if (runs === undefined) return [...scenarios];
  const repeated = scenarios.map((each) => ({ ...each, repeat: { ...each.repeat, runs } }));
  const problems = repeated.filter(({ repeat }) => neededRuns(repeat) > runs).map((each) => tooFew(each, runs));
  if (problems.length > 0) throw new ProblemError(problems);
  return repeated;
}

/** How hard it is to be tried. */
export function tryingOf({ retries = 1, confirm = 0, allRuns, baseline, replay }: Repeating): Trying {
  if (replay === true) return { retries: 0, confirm: 0, allRuns: false };
  return { retries, confirm, allRuns: allRuns === true || baseline !== undefined };
}

function tooFew({ id, repeat, place }: Scenario, runs: number): Problem {
  const message = `${id} passes with "${showPassRule(repeat.pass)}", which ${runs} ${runs === 1 ? "run" : "runs"} cannot reach`;
  const hint = 'Ask for more runs, or write the rule as a share: "80%" fits any number.';
  return problem("out_of_range", message, { hint, place: place(["repeat", "pass"], "value") });
}
