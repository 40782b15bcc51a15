import { expect, test } from "vitest";
import { answererOf, asItIs } from "../../../src/scenarios/asking/ask.ts";
import { createSystemClock } from "../../../src/kit/clock.ts";
import { runScenarios } from "../../../src/scenarios/execution/pool.ts";
import { createHandlers } from "../../../src/scenarios/stubs/handlers.ts";
import { scenario } from "../../scenarios/scenario.ts";
import { actionsOf, assistant, openDesk } from "../../sync/project.ts";
import { testRun } from "../connection.ts";
import { createPretendTarget } from "./pretend.ts";

// A dialect is a folder that implements `Target`; neither sync nor scenarios know which one they work with.

test("what is synced through another dialect is planned as unchanged afterwards", async () => {
  const target = createPretendTarget();
  const desk = openDesk(target);
  const desired = [assistant("support", { instructions: "Be kind." }), assistant("sales")];
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.sales create", "assistant.support create"]);
  await desk.sync(desired);
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.sales unchanged", "assistant.support unchanged"]);
  await desk.sync([assistant("support", { instructions: "Be brief." })], { prune: true });
  expect([...target.objects.values()].map(({ spec }) => spec)).toEqual([
    expect.objectContaining({ name: "support", instructions: "Be brief." }),
  ]);
});

test("a scenario talks to a declared assistant through another dialect, which makes nothing for it", async () => {
  const target = createPretendTarget();
  const session = target.testing(testRun);
  const { spec } = assistant("support");
  const only = scenario("assistant: a\nturns: [{ user: Hi, expect: { reply: { contains: 'support heard: Hi' } } }]");
  const results = await Array.fromAsync(
    runScenarios(
      [only],
      {
        openConversation: () => session.open({ assistant: spec, messages: [], metadata: {} }),
        tools: new Map(),
        functionsOf: () => null,
        priceOf: () => null,
        fingerprintOf: () => ({ assistant: {}, scenario: {} }),
        answer: answererOf({}),
        redactJson: asItIs,
        handlers: createHandlers({ root: "/nowhere", env: {}, print: () => {} }),
        clock: createSystemClock({ keepsAlive: true }),
      },
      {
        jobs: 1,
        bail: null,
        trying: { retries: 1, confirm: 0, allRuns: false },
        signal: new AbortController().signal,
        today: "2026-11-22",
      },
    ),
  );
  await session.close();
  expect(results.map(({ status }) => status)).toEqual(["passed"]);
  expect(target.objects.size).toBe(0);
});
