import { expect, test } from "vitest";
import { problem, type Problem } from "../../../src/problem.ts";
import { afterResult, noOutage } from "../../../src/scenarios/execution/outage.ts";
import { resultOf } from "../../../src/scenarios/results/scenario-result.ts";
import { exitCodeOfRun, addResult, emptySummary } from "../../../src/scenarios/results/summary.ts";
import { attempts } from "../attempts.ts";
import { embedded, fastClock } from "../embedded.ts";
import { scenario } from "../scenario.ts";

const file = scenario("assistant: a\nturns: [{ user: hi }]");
const resultWith = (...problems: Problem[]) => resultOf(file, attempts({ problems }), 1);
const status = (code: number) => ({ api: { status: code, type: null, code: null, param: null, requestId: null } });
const isOver = (...results: ReturnType<typeof resultWith>[]) => results.reduce(afterResult, noOutage).reason !== null;

const unreachable = resultWith(problem("unreachable", "cannot reach it"));
const cut = (run: string) => resultWith(problem("stream_ended_early", `the stream of run ${run} stopped`));
const refused = resultWith(problem("server_error", "tool choice requires a flag", status(400)));
const passed = resultWith();

test.each([
  ["three of one cause, whatever the ids in it", [cut("run_a"), cut("run_b"), cut("run_c")], true],
  ["two of them", [unreachable, unreachable], false],
  ["one that got through between them", [unreachable, unreachable, passed, unreachable, unreachable], false],
  ["different causes", [unreachable, cut("run_a"), unreachable], false],
  ["a refusal of what was asked: another assistant may fare better", [refused, refused, refused, refused], false],
  ["turns that took too long", Array(4).fill(resultWith(problem("turn_timeout", "too long"))), false],
  ["one that concerns the whole target", [resultWith(problem("key_refused", "no", { scope: "target" }))], true],
])("%s", (_, results, over) => {
  expect(isOver(...results)).toBe(over);
});

test("a dead target is noticed after a few scenarios; the rest is not run", async () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    scenario(`id: s-${index}\nassistant: a\nturns: [{ user: one, script: [{ say: 'yes' }] }]`),
  );
  const { run, requests } = await embedded(many, {
    clock: fastClock,
    disturb(request) {
      if (request === "POST /v1/threads") throw new TypeError("fetch failed");
      return null;
    },
  });
  const results = await run(many, { jobs: 2 });
  const count = (wanted: string) => results.filter((each) => each.status === wanted).length;
  expect(count("errored")).toBeLessThanOrEqual(4);
  expect(count("errored") + count("not_run")).toBe(12);
  const left = results.find((each) => each.status === "not_run");
  expect(left?.reason).toContain("the target is not working: ");
  expect(requests.filter((each) => each === "POST /v1/threads").length).toBeLessThanOrEqual(8);
  expect(exitCodeOfRun(results.reduce(addResult, emptySummary), false)).toBe(5);
});
