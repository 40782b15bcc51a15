import { notRunRow } from "../../../src/cli/ui/not-run.ts";
import type { IndexRow } from "../../../src/page-data/index-row.ts";
import type { LiveState } from "../../../src/page-data/live.ts";
import type { RunHead } from "../../../src/page-data/run-head.ts";
import { emptySummary } from "../../../src/scenarios/results/summary.ts";

/** The row of a scenario that was not run yet. */
export function row(id: string, more: Partial<IndexRow> = {}): IndexRow {
  const written = { id, name: id, file: `scenarios/${id}.yaml`, tags: [], owner: null, assistant: "a" };
  return { ...notRunRow(written), ...more };
}

export const head: RunHead = {
  format_version: 1,
  playbill: "0.0.0",
  project: "shop",
  run: null,
  target: "local",
  deployed: false,
  began: "2026-01-01T00:00:00.000Z",
  time: 0,
  missing: [],
  interrupted: false,
  counts: emptySummary.counts,
  spent: { turns: 0, asked: 0, unknown: 0 },
  baseline: null,
  history: [],
  coverage: null,
  command: "playbill test",
};

export const nothingYet: LiveState = {
  head,
  rows: [],
  active: [],
  isRunning: false,
  changed: null,
  problems: [],
  refused: [],
};
