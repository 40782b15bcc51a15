import { expect, test } from "vitest";
import { createListReporter } from "../../src/scenarios/reports/list.ts";
import { createJunitReporter } from "../../src/scenarios/reports/junit.ts";
import { runScenarios } from "../../src/scenarios/execution/pool.ts";
import { embedded } from "./embedded.ts";
import { scenario } from "./scenario.ts";
import { reported } from "./reports/results.ts";

const nested = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;

test("an endlessly nested answer is not JSON, and affects no other scenario", async () => {
  const scenarios = [
    `id: nested\nassistant: a\nturns: [{ user: a, script: [{ say: '${nested}' }], expect: { reply: { json: { match: [1] } } } }]`,
    "id: fine\nassistant: a\nturns: [{ user: b, script: [{ say: ok }], expect: { reply: { contains: ok } } }]",
  ].map((yaml) => scenario(yaml));
  const { run } = await embedded(scenarios);
  const results = await run(scenarios);
  const ofId = (id: string) => results.find((each) => each.id === id);
  expect(ofId("nested")).toMatchObject({
    status: "failed",
    verdicts: expect.arrayContaining([expect.objectContaining({ sentence: "the reply contains no JSON" })]) as unknown,
  });
  expect(ofId("fine")).toMatchObject({ status: "passed" });
  const screen = await reported(createListReporter, results);
  expect(screen.length).toBeLessThan(5_000);
  expect(await reported(createJunitReporter, results)).toContain("</testsuites>");
});

test("what fails in Playbill itself is the problem of one scenario", async () => {
  const scenarios = [
    "id: broken\nassistant: a\ntools: { lookup: [{ module: ./x.ts }] }\nturns: [{ user: a, script: [{ call: lookup, with: {} }, { say: x }] }]",
    "id: fine\nassistant: a\nturns: [{ user: b, script: [{ say: ok }] }]",
  ].map((yaml) => scenario(yaml));
  const { deps } = await embedded(scenarios);
  const handlers = {
    open: () => ({
      runModule: async () => {
        throw new RangeError("Maximum call stack size exceeded");
      },
      runHandler: async () => null,
      runProgram: async () => null,
      close: async () => [],
    }),
  };
  const options = {
    jobs: 2,
    bail: null,
    trying: { retries: 1, confirm: 0, allRuns: false },
    signal: new AbortController().signal,
    today: "2026-11-22",
  };
  const results = await Array.fromAsync(runScenarios(scenarios, { ...deps, handlers }, options));
  expect(results.find(({ id }) => id === "fine")?.status).toBe("passed");
  expect(results.find(({ id }) => id === "broken")).toMatchObject({
    status: "errored",
    attempts: [{ status: "errored" }],
    problems: [{ kind: "failed", code: "internal_error", message: "RangeError: Maximum call stack size exceeded" }],
  });
});
