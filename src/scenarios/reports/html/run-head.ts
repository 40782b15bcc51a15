import { basename } from "node:path";
import {
  reportFormat,
  type BaselineHead,
  type CoverageHead,
  type HistoryPoint,
  type RunHead,
} from "../../../page-data/run-head.ts";
import type { BaselineEntry, BaselineReport } from "../../baseline/compare.ts";
import { incompleteLines } from "../incomplete.ts";
import type { FinishedRun, ReportContext } from "../reporter.ts";

/** The head of a report, which describes the run. */
export function runHead(
  { header, summary, time, interrupted }: Pick<FinishedRun, "header" | "summary" | "time" | "interrupted">,
  { root, again }: Pick<ReportContext, "root" | "again">,
  history: readonly HistoryPoint[],
  coverage: CoverageHead | null,
): RunHead {
  const { run, playbill = "", target = "", deployed = false, began = "" } = header;
  const { spent, asked, baseline, counts, incomplete } = summary;
  return {
    format_version: reportFormat,
    playbill,
    // A run stored by an earlier version does not have it.
    project: header.project ?? basename(root),
    run,
    target,
    deployed,
    began,
    time,
    counts,
    spent: { turns: spent.dollars, asked: asked.dollars, unknown: spent.unknown + asked.unknown },
    baseline: baseline === null ? null : baselineHead(baseline),
    missing: incomplete === null ? [] : incompleteLines(incomplete),
    interrupted,
    history,
    coverage,
    command: again,
  };
}

function baselineHead({ file, scenarios }: BaselineReport): BaselineHead {
  const count = (wanted: BaselineEntry["change"]) => scenarios.filter(({ change }) => change === wanted).length;
  return {
    file,
    counts: {
      regression: count("regression"),
      improved: count("improved"),
      stable: count("stable"),
      insufficient: count("insufficient"),
      new: count("new"),
      rewritten: count("rewritten"),
      gone: count("gone"),
    },
    gone: scenarios.flatMap(({ id, change }) => (change === "gone" ? [id] : [])),
  };
}
