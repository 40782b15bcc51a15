import { expect, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../src/kit/clock.ts";
import { createRandom } from "../../src/kit/random.ts";
import { scenarioKey } from "../../src/project/script.ts";
import { answererOf, asItIs } from "../../src/scenarios/asking/ask.ts";
import { runScenarios } from "../../src/scenarios/execution/pool.ts";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { scriptOf } from "../../src/scenarios/scripts.ts";
import { createHandlers } from "../../src/scenarios/stubs/handlers.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { scenario } from "../scenarios/scenario.ts";
import { connectionTo, testRun } from "./connection.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { plainSpec } from "./spec.ts";
import { times } from "../times.ts";

// 32 scenarios at a time here; `npm run bench -- chaos` has 500, over sockets, with the real waits.

const spec = {
  ...plainSpec,
  name: "tester",
  tools: [{ kind: "function" as const, name: "lookup", description: null, parameters: null, strict: false }],
};

/** Of eight scenarios one fails by what is called, and one by what is said. */
const yaml = (index: number) => `
id: s-${index}
assistant: tester
tools: { lookup: [{ return: { status: late } }] }
turns:
  - user: Where is order ${index}?
    script: [{ call: lookup, with: {} }, { say: Order ${index} is late. }]
    expect: { tools: [{ lookup: { times: ${index % 8 === 3 ? 2 : 1} } }], reply: { equals: Order ${index} is late. } }
  - user: And now?
    script: [{ say: Still late. }]
    expect: { tools: [], reply: { equals: ${index % 8 === 7 ? "In time." : "Still late."} } }
`;

const scenarios = Array.from({ length: 32 }, (_, index) => scenario(yaml(index)));

const noFaults = { rateLimited: 0, failing: 0, dropped: 0, notIndexed: 0, latency: 0 };

/** Runs the scenarios at a server with these faults, over a network that loses answers; gives what they came to, and what is left. */
async function runAt(faults: Partial<typeof noFaults>, { seed = 0, lost = 0 } = {}) {
  const chaos = { ...noFaults, ...faults, random: createRandom(seed) };
  const server = await openServer({
    database: ":memory:",
    model: createScriptedModel({ scripts: scenarios.map((each) => scriptOf(each, "tester")), delay: async () => {} }),
    chaos,
  });
  onTestFinished(() => server.close());
  const random = createRandom(seed + 100);
  const made: string[] = [];
  const fetch = async (...request: Parameters<typeof globalThis.fetch>) => {
    const { method, url } = new Request(...request);
    const answer = await server.fetch(...request);
    if (random() < lost) throw new TypeError("fetch failed");
    // Of a thread whose answer was lost, nobody knows the id.
    if (method === "POST" && /\/v1\/(threads|assistants)$/.test(url) && answer.ok)
      made.push(`${url}/${((await answer.clone().json()) as { id: string }).id}`);
    return answer;
  };
  const clock = createLeapingClock();
  const target = createAssistantsTarget(connectionTo(fetch, { retries: 4, clock }));
  const session = target.testing(testRun);
  const deps = {
    openConversation: ({ id }: { id: string }) =>
      session.open({ assistant: spec, messages: [], metadata: { [scenarioKey]: id } }),
    tools: new Map(),
    functionsOf: () => ["lookup"],
    priceOf: () => null,
    fingerprintOf: () => ({ assistant: {}, scenario: {} }),
    answer: answererOf({}),
    redactJson: asItIs,
    handlers: createHandlers({ root: "/nowhere", env: {}, print: () => {} }),
    clock: createSystemClock({ keepsAlive: true }),
  };
  const options = {
    jobs: 8,
    bail: null,
    trying: { retries: 1, confirm: 0, allRuns: false },
    signal: new AbortController().signal,
    today: "2026-11-22",
  };
  const results = await Array.fromAsync(runScenarios(scenarios, deps, options));
  await session.close();
  Object.assign(chaos, noFaults);
  const headers = { "openai-beta": "assistants=v2" };
  const found = await Promise.all(made.map(async (url) => [url, (await server.fetch(url, { headers })).status]));
  return {
    told: told(results),
    made: made.length,
    left: found.filter(([, status]) => status !== 404),
    waits: clock.leaps.length,
  };
}

/** What each scenario came to, and why. */
function told(results: readonly ScenarioResult[]) {
  const lines = results.map(({ id, status, problems, verdicts }) => {
    const why = verdicts.filter(({ pass }) => !pass).map(({ sentence, actual }) => [sentence, actual]);
    return [id, { status, problems: problems.map(({ message }) => message), why }] as const;
  });
  return Object.fromEntries(lines);
}

test.each(Array.from({ length: times(2) }, (_, index) => index + 1))(
  "verdicts are the same at a target that limits, fails, cuts streams and loses answers, and nothing is left there (seed %i)",
  async (seed) => {
    const calm = await runAt({});
    expect(Object.values(calm.told).filter(({ status }) => status === "failed")).toHaveLength(8);
    expect(Object.values(calm.told).filter(({ status }) => status === "passed")).toHaveLength(24);
    const rough = await runAt({ rateLimited: 0.2, failing: 0.05, dropped: 0.2 }, { seed, lost: 0.05 });
    expect(rough.told).toEqual(calm.told);
    expect(rough.made).toBeGreaterThan(32);
    expect([calm.left, rough.left]).toEqual([[], []]);
    expect(rough.waits).toBeGreaterThan(10);
  },
);
