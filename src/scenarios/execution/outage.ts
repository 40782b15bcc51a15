import type { Problem } from "../../problem.ts";
import type { ScenarioResult } from "../results/result.ts";

/** What is known about a target that may have stopped working. */
export interface Outage {
  /** The cause of the last results, when they were errored by one; `null` after one that got through. */
  cause: string | null;
  /** How many results in a row. */
  times: number;
  /** Why no other scenario can work; `null` while they may. */
  reason: string | null;
}

export const noOutage: Outage = { cause: null, times: 0, reason: null };

/** So many scenarios in a row, each tried more than once, and nobody gets through: the rest would end the same. */
const enough = 3;

/** What is known after one more result. */
export function afterResult(outage: Outage, { status, problems }: ScenarioResult): Outage {
  if (outage.reason !== null || status === "skipped" || status === "not_run") return outage;
  const remote = problems.find(({ kind, severity }) => kind === "remote" && severity === "error");
  if (status !== "errored" || remote === undefined) return noOutage;
  const cause = causeOf(remote);
  const times = cause === outage.cause ? outage.times + 1 : 1;
  const isOver = remote.scope === "target" || (times >= enough && concernsAll(remote));
  return { cause, times, reason: isOver ? `the target does not work: ${remote.message}` : null };
}

/** What a failure of the other side has in common with others of its kind: its words without the ids in them. */
export function causeOf({ code, message, place }: Problem): string {
  const words = message.replaceAll(/\b(?:run|thread|msg|step|asst|call|req)_\w+/g, "id");
  return JSON.stringify([code, words, place]);
}

/** A refusal of one request says nothing about others: another assistant may have another model. */
function concernsAll({ api, code, final }: Problem): boolean {
  if (final === true || code === "turn_timeout" || code === "scenario_timeout" || code === "run_expired") return false;
  const status = api?.status ?? null;
  return status === null || status === 401 || status === 403 || status === 408 || status === 429 || status >= 500;
}
