import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createJsonReporter } from "../../../src/scenarios/reports/json.ts";
import { createJunitReporter } from "../../../src/scenarios/reports/junit.ts";
import { problem } from "../../../src/problem.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { resultOf } from "../../../src/scenarios/results/scenario-result.ts";
import { attempts } from "../attempts.ts";
import { parseXml } from "./xml.ts";
import { errored, file, played, reported, skipped } from "./results.ts";

const junit = async (results: ScenarioResult[]) => parseXml(await reported(createJunitReporter, results));
const all = [played(42), played(4, "No."), errored, skipped];

describe("JUnit", () => {
  test("has a suite for a file and a case for a scenario, with reasons", async () => {
    const elements = await junit(all);
    expect(elements.find(({ name }) => name === "testsuite")?.attributes).toMatchObject({
      name: "scenarios/test.yaml",
      tests: "4",
      failures: "1",
      errors: "1",
      skipped: "1",
    });
    const cases = elements.filter(({ name }) => name === "testcase");
    expect(cases.map(({ attributes }) => attributes["line"])).toEqual([undefined, "7", undefined, undefined]);
    expect(cases.map(({ attributes }) => attributes["name"])).toEqual([
      "late: Late order",
      "late: Late order",
      "cut[off=1]: Late order",
      "skipped: Late order",
    ]);
    const [failure, error, left] = ["failure", "error", "skipped"].map((tag) =>
      elements.find(({ name }) => name === tag),
    );
    expect(failure?.attributes).toEqual({ message: "refund was called, but not as described", type: "expect_tools" });
    expect(failure?.text).toContain("scenarios/test.yaml:7:23");
    expect(failure?.text).toContain("again: playbill test --id late");
    expect(error?.attributes).toEqual({ message: "cannot reach it", type: "unreachable" });
    expect(error?.text).toContain("again: playbill test --id cut[off=1]");
    expect(left?.attributes).toEqual({ message: "later" });
  });

  test("is well-formed whatever was said, and says it again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (name, reply) => {
        const elements = await junit([{ ...played(4, reply), name, id: "late" }]);
        const title = elements.find((each) => each.name === "testcase")?.attributes["name"];
        // oxlint-disable-next-line no-control-regex
        const kept = name.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
        expect(title).toBe(name === "late" ? "late" : `late: ${kept}`);
      }),
    );
  });
});

test("JUnit keeps the attempts that did not pass", async () => {
  const busy = { problems: [problem("rate_limited", "could not start a run: <busy>")] };
  const elements = await junit([resultOf(file, attempts(busy, {}), 10)]);
  const named = (wanted: string) => elements.find(({ name }) => name === wanted);
  for (const each of ["testsuites", "testsuite"])
    expect(named(each)?.attributes).toMatchObject({ tests: "1", failures: "0", errors: "0" });
  expect(named("flakyError")).toMatchObject({
    attributes: { message: "could not start a run: <busy>", type: "rate_limited" },
  });
  const names = (await junit([resultOf(file, attempts(busy, busy), 10)])).map(({ name }) => name);
  expect(names.slice(-2)).toEqual(["error", "rerunError"]);
});

test("JSON has every result as it is, and the counts", async () => {
  const text = await reported(createJsonReporter, all);
  expect(JSON.parse(text)).toEqual({
    format_version: 3,
    run: { run: "2026-11-22T10-04-05-123Z", target: "local" },
    exit_code: 1,
    results: JSON.parse(JSON.stringify(all)) as unknown,
    summary: {
      passed: 1,
      failed: 1,
      observed: 0,
      flaky: 0,
      errored: 1,
      inconclusive: 0,
      skipped: 1,
      quarantined: 0,
      not_run: 0,
      time: 2_500,
    },
  });
  expect(JSON.parse(await reported(createJsonReporter, []))).toMatchObject({ results: [] });
});
