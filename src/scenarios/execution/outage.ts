import type { Problem } from "../../problem.ts";
import type { ScenarioResult } from "../results/result.ts";

/** The signs that a target has stopped working. */
export interface Outage {
  /** The common cause of the last errored results; `null` after a result that got through. */
  cause: string | null;
  /** The number of such results in a row. */
  times: number;
  /** The reason why no other scenario can run; `null` while they can. */
  reason: string | null;
}

export const noOutage: Outage = { cause: null, times: 0, reason: null };

/** The number of scenarios in a row, each tried more than once, after which the rest are expected to fail in the same way. */
const enough = 3;

/** The state after one more result. */
export function afterResult(outage: Outage, { status, problems }: ScenarioResult): Outage {
  if (outage.reason !== null || status === "skipped" || status === "not_run") return outage;
  const remote = problems.find(({ kind, severity }) => kind === "remote" && severity === "error");
  if (status !== "errored" || remote === undefined) return noOutage;
  const cause = causeOf(remote);
  const times = cause === outage.cause ? outage.times + 1 : 1;
  const isOver = remote.scope === "target" || (times >= enough && concernsAll(remote));
  return { cause, times, reason: isOver ? `the target is not working: ${remote.message}` : null };
}

/** A key shared by failures of a target with the same cause: the message without ids. */
export function causeOf({ code, message, place }: Problem): string {
  const words = message.replaceAll(/\b(?:run|thread|msg|step|asst|call|req)_\w+/g, "id");
  return JSON.stringify([code, words, place]);
}

/** True for a failure that concerns all scenarios. A refused request does not: another assistant may have another model. */
function concernsAll({ api, code, final }: Problem): boolean {
  if (final === true || code === "turn_timeout" || code === "scenario_timeout" || code === "run_expired") return false;
  const status = api?.status ?? null;
  return status === null || status === 401 || status === 403 || status === 408 || status === 429 || status >= 500;
}
