import type { IndexRow } from "../../src/page-data/index-row.ts";

/** A row of a list of scenarios. */
export function row(more: Partial<IndexRow> = {}): IndexRow {
  return {
    id: "x",
    name: more.id ?? "x",
    file: "scenarios/x.yaml",
    line: null,
    status: "passed",
    tags: [],
    owner: null,
    assistant: "support",
    time: 0,
    cost: null,
    passed: 1,
    counted: 1,
    sentence: null,
    turn: null,
    cause: null,
    change: null,
    before: null,
    p: null,
    tools: [],
    latencies: [],
    ...more,
  };
}
