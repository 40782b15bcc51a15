import { type Problem, problem } from "../problem.ts";
import type { PlannedResource } from "./plan/plan-format.ts";

const lockBehind =
  "Playbill itself wrote what is there now, and this lock does not know of it: pull the lock that was saved with it.";

/** Edits over there that nobody has decided about yet; a sync stops for them. The plan itself shows the values. */
export function driftProblems({ address, reason, drift }: PlannedResource, target: string): Problem[] {
  const undecided = drift.filter(({ take }) => take === null);
  const hint = [
    ...(reason === "lock_behind" ? [lockBehind] : []),
    `To overwrite it: --take ours ${address}`,
    `To leave it this time: --take theirs ${address}`,
    "To keep it: put the value into the YAML, or add the field to `ignore`",
  ].join("\n");
  return [false, true].flatMap((isConflict) => {
    const fields = undecided.filter(({ conflict }) => conflict === isConflict).map(({ field }) => field);
    if (fields.length === 0) return [];
    const what = isConflict ? `changed both in the files and at ${target}` : `edited at ${target}`;
    const message = `${address}: ${fields.join(", ")} ${fields.length === 1 ? "was" : "were"} ${what}`;
    return [problem(isConflict ? "conflict" : "drift", message, { hint })];
  });
}
