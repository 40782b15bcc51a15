import type { RunRecord, SimulatedEnd } from "../record/record.ts";

const endWords: Record<SimulatedEnd["how"], string> = {
  reached: "reached its goal",
  given_up: "gave up",
  stopped: "was stopped by a condition of the scenario",
  max_turns: "reached its maximum number of messages",
};

/**
 * Sentences about what the conversation of a scenario with `turns` turns does not show: turns that were left out, how simulated users ended,
 * and the turns after a failure that were not run.
 */
export function turnNotes({ turns: played, leftOut = [], simulated = [] }: RunRecord, turns: number): string[] {
  const last = Math.max(0, ...[...played, ...leftOut].map(({ number }) => number));
  const lines = leftOut
    .filter(({ why }) => why === "when")
    .map(({ number }) => `turn ${number} was left out: its condition did not hold`);
  lines.push(...simulated.map(({ turn, how }) => `turn ${turn}: the simulated user ${endWords[how]}`));
  if (last < turns)
    lines.push(last + 1 === turns ? `turn ${turns} was not run` : `turns ${last + 1} to ${turns} were not run`);
  return lines;
}
