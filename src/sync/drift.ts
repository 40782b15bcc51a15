import { type Problem, problem } from "../problem.ts";
import type { PlannedResource } from "./plan-format.ts";
import { shortValue } from "./render/value.ts";

const lockBehind =
  "Playbill itself wrote what is there now, and this lock does not know of it: pull the lock that was saved with it.";

/** Edits over there that nobody has decided about yet; a sync stops for them. */
export function driftProblems({ address, reason, drift }: PlannedResource, target: string): Problem[] {
  return drift
    .filter(({ take }) => take === null)
    .map(({ field, declared, live, conflict }) => {
      const values = `there ${shortValue(live)}, here ${shortValue(declared)}`;
      const message = conflict
        ? `${address}: ${field} was changed both in the files and at ${target}: ${values}`
        : `${address}: ${field} was edited at ${target}: ${values}`;
      return problem("refused", conflict ? "conflict" : "drift", message, {
        hint: [
          ...(reason === "lock_behind" ? [lockBehind] : []),
          `To overwrite it: --take ours ${address}`,
          `To leave it this time: --take theirs ${address} (to keep it, put the value into the YAML or add the field to \`ignore\`)`,
        ].join("\n"),
      });
    });
}
