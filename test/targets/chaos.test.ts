import { onTestFinished, expect, test } from "vitest";
import { answererOf } from "../../src/scenarios/asking/ask.ts";
import { scenarioKey } from "../../src/project/script.ts";
import { scriptOf } from "../../src/scenarios/scripts.ts";
import { runScenarios } from "../../src/scenarios/pool.ts";
import { createHandlers } from "../../src/scenarios/stubs/handlers.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { createSystemClock } from "../../src/kit/clock.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { scenario } from "../scenarios/scenario.ts";
import { connectionTo, testRun } from "./connection.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { plainSpec } from "./spec.ts";

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const spec = {
  ...plainSpec,
  name: "tester",
  tools: [{ kind: "function" as const, name: "lookup", description: null, parameters: null, strict: false }],
};

const yaml = (index: number) => `
id: s-${index}
assistant: tester
tools: { lookup: [{ return: { status: late } }] }
turns:
  - user: Where is order ${index}?
    script: [{ call: lookup, with: {} }, { say: Order ${index} is late. }]
    expect: { tools: [{ lookup: { times: 1 } }], reply: { equals: Order ${index} is late. } }
  - user: And now?
    script: [{ say: Still late. }]
    expect: { tools: [], reply: { equals: Still late. } }
`;

test.each([1, 2, 3])(
  "every scenario gets its verdict from a target that limits, fails, cuts streams and loses answers, and nothing is said twice (seed %i)",
  async (seed) => {
    const scenarios = Array.from({ length: 30 }, (_, index) => scenario(yaml(index)));
    const server = await openServer({
      database: ":memory:",
      model: createScriptedModel({ scripts: scenarios.map((each) => scriptOf(each, "tester")), delay: async () => {} }),
      chaos: { rateLimited: 0.15, failing: 0.05, dropped: 0.2, notIndexed: 0, latency: 0, random: seeded(seed) },
    });
    onTestFinished(() => server.close());
    const clock = createLeapingClock();
    const random = seeded(seed + 100);
    const losingAnswers = async (...request: Parameters<typeof fetch>) => {
      const answer = await server.fetch(...request);
      if (random() < 0.05) throw new TypeError("fetch failed");
      return answer;
    };
    const target = createAssistantsTarget(connectionTo(losingAnswers, { retries: 4, clock }));
    const session = target.testing(testRun);
    const results = await Array.fromAsync(
      runScenarios(
        scenarios,
        {
          openConversation: ({ id }) =>
            session.open({ assistant: spec, messages: [], metadata: { [scenarioKey]: id } }),
          tools: new Map(),
          functionsOf: () => ["lookup"],
          priceOf: () => null,
          fingerprintOf: () => ({ assistant: {}, scenario: {} }),
          answer: answererOf({}),
          handlers: createHandlers({ root: "/nowhere", env: {}, print: () => {} }),
          clock: createSystemClock({ keepsAlive: true }),
        },
        {
          jobs: 8,
          bail: null,
          trying: { retries: 1, confirm: 0, allRuns: false },
          signal: new AbortController().signal,
          today: "2026-11-22",
        },
      ),
    );
    const told = results.map(({ id, status, problems, verdicts }) => {
      const why = verdicts.filter(({ pass }) => !pass).map(({ sentence, actual }) => [sentence, actual]);
      return [id, status, problems.map(({ message }) => message), why];
    });
    expect(told.filter(([, status]) => status !== "passed")).toEqual([]);
    expect(results).toHaveLength(30);
    await session.close();
    expect(clock.leaps.length).toBeGreaterThan(10);
  },
);
