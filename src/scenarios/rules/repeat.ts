import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { neededRuns } from "../results/pass-rule.ts";
import { readRepeat } from "../read/repeat.ts";

/** The required number of passes must not exceed the number of runs. */
export const enoughRuns: Rule<WrittenScenario> = ({ value: { repeat } }) => {
  const read = readRepeat(repeat);
  const needed = neededRuns(read);
  if (needed <= read.runs) return [];
  const message = `${needed} runs must pass, but there ${read.runs === 1 ? "is only 1" : `are only ${read.runs}`}`;
  return [{ path: ["repeat", "pass"], code: "out_of_range", message, hint: `Write runs: ${needed} or more.` }];
};
