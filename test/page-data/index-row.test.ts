import fc from "fast-check";
import { expect, test } from "vitest";
import { fromColumns, toColumns, type IndexRow } from "../../src/page-data/index-row.ts";

const row = fc.record<IndexRow>({
  id: fc.string(),
  name: fc.string(),
  file: fc.string(),
  line: fc.option(fc.nat()),
  status: fc.constantFrom("passed", "failed", "not_run"),
  tags: fc.array(fc.string()),
  owner: fc.option(fc.string()),
  assistant: fc.string(),
  time: fc.nat(),
  cost: fc.option(fc.nat()),
  passed: fc.nat(),
  counted: fc.nat(),
  sentence: fc.option(fc.string()),
  turn: fc.option(fc.nat()),
  cause: fc.option(fc.string()),
  change: fc.option(fc.constantFrom("regression", "stable")),
  before: fc.option(fc.record({ passed: fc.nat(), counted: fc.nat() })),
  p: fc.option(fc.nat()),
  tools: fc.array(fc.string()),
  latencies: fc.array(fc.nat()),
});

test("rows are the same after they were columns", () => {
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      expect(fromColumns(toColumns(rows))).toEqual(rows);
    }),
  );
});
