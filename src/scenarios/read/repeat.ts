import { keyDefaults } from "../../project/schemas/defaults.ts";
import type { WrittenRepeat } from "../../project/schemas/scenario/repeat.ts";
import { type Repeat, once, parsePassRule } from "../results/pass-rule.ts";

/** How many times a scenario runs; once by default. */
export function readRepeat(repeat: WrittenRepeat | undefined): Repeat {
  return repeat === undefined
    ? once
    : { runs: repeat.runs, pass: parsePassRule(repeat.pass ?? keyDefaults.scenario.pass) };
}
