import type { WrittenRepeat } from "../../project/schemas/scenario/repeat.ts";
import { type Repeat, once, parsePassRule } from "../results/pass-rule.ts";

/** How often a scenario is run; once when it does not say. */
export function readRepeat(repeat: WrittenRepeat | undefined): Repeat {
  return repeat === undefined ? once : { runs: repeat.runs, pass: parsePassRule(repeat.pass ?? "all") };
}
