import { expect, test } from "vitest";
import { causeOf, indexRow } from "../../../../src/scenarios/reports/html/index-row.ts";
import { errored, played, skipped } from "../results.ts";

test("a failure is described by the first failed expectation, and its place", () => {
  const result = played(4);
  const miss = result.verdicts.find(({ pass }) => !pass);
  expect(indexRow(result)).toMatchObject({
    id: "late",
    status: "failed",
    sentence: miss?.sentence,
    turn: 2,
    line: miss?.place?.line,
    passed: 0,
    counted: 1,
    tools: ["refund"],
  });
});

test("what passed has no reason, what errored and was left out has its own, and neither of these counts", () => {
  expect(indexRow(played(44))).toMatchObject({ sentence: null, cause: null, passed: 1, counted: 1 });
  expect(indexRow(errored)).toMatchObject({ sentence: "cannot reach it", passed: 0, counted: 0 });
  expect(indexRow(skipped)).toMatchObject({ sentence: "later", passed: 0, counted: 0, tools: [] });
});

test("of a flaky scenario, the attempt that failed says why", () => {
  const [attempt] = played(4).attempts;
  const { record, verdicts } = played(4);
  const good = played(44);
  const attempts = [
    { ...attempt!, record, verdicts, problems: [] },
    { ...good.attempts[0]!, attempt: 2 },
  ];
  const row = indexRow({ ...good, status: "flaky", attempts });
  expect(row).toMatchObject({ passed: 1, sentence: verdicts.find(({ pass }) => !pass)?.sentence });
});

test.each([
  ['the reply does not contain "22.80"', 'the reply does not contain "a \\" b"'],
  ['refund was called with {"sum":4}', 'refund was called with {"sum":{"$gte":40}}'],
  ["it took 5.2 s, more than 3 s", "it took 12 s, more than 3 s"],
  ["x has no match of /a b/ in it", "x has no match of /c/ in it"],
  ["https://a.example/v1 did not answer within 60 s", "https://a.example/v1 did not answer within 30 s"],
])("%j and %j have the same cause", (one, other) => {
  expect(causeOf(one)).toBe(causeOf(other));
});

test.each([
  ["get_order was not called", "refund was not called"],
  ["https://a.example/x/ did not answer", "https://b.example/x/ did not answer"],
])("%j and %j have different causes", (one, other) => {
  expect(causeOf(one)).not.toBe(causeOf(other));
});
