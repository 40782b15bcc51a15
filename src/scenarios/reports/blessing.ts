import { printable } from "../../kit/terminal-text.ts";
import type { BaselineEntry, BaselineReport } from "../baseline/compare.ts";
import type { Drift } from "../baseline/drift.ts";
import type { Sample } from "../baseline/sample.ts";
import { countsText, pText } from "./against-baseline.ts";

/** What a run would make of a baseline. */
export interface Blessing {
  run: string;
  target: string;
  /** How the run did against the baseline that there is. */
  report: BaselineReport;
  /** What becomes part of it. */
  samples: readonly Sample[];
  /** What does not, and why. */
  refused: readonly { id: string; reason: string }[];
  /** What got worse since an earlier baseline, by steps of which none was a regression. */
  drift: readonly Drift[];
}

/** Everything that is accepted, a line a scenario; of those whose counts stay the same, the number. */
export function blessingLines({ run, target, report, refused, drift }: Blessing): string[] {
  const changed = report.scenarios.filter(({ before, after }) => before === null || !isSame(before, after));
  const same = report.scenarios.length - changed.length;
  return [
    `From the run ${run} at ${printable(target)}, for ${printable(report.file)}:`,
    ...changed.map(line),
    ...(same > 0 ? [`  = ${same} with the same counts`] : []),
    ...drift.map(driftLine),
    ...refused.map(({ id, reason }) => `  not accepted: ${printable(id)} (${reason})`),
  ];
}

function line({ id, change, status, before, after }: BaselineEntry): string {
  const counts = [before, after].flatMap((each) => (each === null ? [] : [countsText(each)])).join(" -> ");
  const sign = change === "gone" ? "-" : before === null ? "+" : "~";
  const words = [...(status === "failed" ? ["failed"] : []), ...(noteworthy.has(change) ? [change] : [])];
  return `  ${sign} ${printable(id)}  ${counts}${words.length === 0 ? "" : `  ${words.join(", ")}`}`;
}

function driftLine({ id, since, before, after, p }: Drift): string {
  const counts = `${countsText(before)} -> ${countsText(after)}`;
  return `  ! ${printable(id)}  ${counts}  drifted since ${since}, and no step was a regression (${pText(p)})`;
}

const noteworthy: ReadonlySet<BaselineEntry["change"]> = new Set(["regression", "improved", "rewritten", "gone"]);

function isSame(before: NonNullable<BaselineEntry["before"]>, after: BaselineEntry["after"]): boolean {
  return after !== null && before.passed === after.passed && before.counted === after.counted;
}
