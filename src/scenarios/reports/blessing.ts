import { printable } from "../../kit/terminal-text.ts";
import type { BaselineEntry, BaselineReport } from "../baseline/compare.ts";
import type { Drift } from "../baseline/drift.ts";
import type { Sample } from "../baseline/sample.ts";
import { countsText, pText } from "./against-baseline.ts";

/** The changes that accepting a run would make to a baseline. */
export interface Blessing {
  run: string;
  target: string;
  /** The comparison of the run with the current baseline. */
  report: BaselineReport;
  /** The samples that become part of the baseline. */
  samples: readonly Sample[];
  /** The scenarios that are not accepted, and why. */
  refused: readonly { id: string; reason: string }[];
  /** Scenarios that got worse since an earlier baseline through steps that were not regressions themselves. */
  drift: readonly Drift[];
}

/** Everything that is accepted, one line per scenario; scenarios with unchanged counts are only counted. */
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
  return `  ! ${printable(id)}  ${counts}  drifted since ${since}, although no single step was a regression (${pText(p)})`;
}

const noteworthy: ReadonlySet<BaselineEntry["change"]> = new Set(["regression", "improved", "rewritten", "gone"]);

function isSame(before: NonNullable<BaselineEntry["before"]>, after: BaselineEntry["after"]): boolean {
  return after !== null && before.passed === after.passed && before.counted === after.counted;
}
