import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { createSystemClock, type Clock } from "../../src/kit/clock.ts";
import { scenarioKey } from "../../src/project/script.ts";
import type { Scenario } from "../../src/scenarios/scenario.ts";
import { createHandlers } from "../../src/scenarios/stubs/handlers.ts";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { answererOf, asItIs } from "../../src/scenarios/asking/ask.ts";
import type { RunDeps } from "../../src/scenarios/execution/attempt.ts";
import { runScenarios, type RunOptions } from "../../src/scenarios/execution/pool.ts";
import { scriptOf } from "../../src/scenarios/scripts.ts";
import { scenario } from "./scenario.ts";
import type { Model } from "../../src/server/models/model.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { connectionTo, testRun } from "../targets/connection.ts";
import type { ToolSpec } from "../../src/resources/assistant/spec.ts";
import type { Connection } from "../../src/targets/http/connection.ts";
import type { Target } from "../../src/targets/target.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";

/** The embedded server in this process, with one assistant that all scenarios talk to. */
export interface Embedded {
  deps: RunDeps;
  /** `POST /v1/threads`, in order. */
  requests: string[];
  run: (scenarios: readonly Scenario[], options?: Partial<RunOptions>) => Promise<ScenarioResult[]>;
}

interface EmbeddedOptions {
  /** Default: the scripts of the scenarios. */
  model?: Model;
  clock?: Clock;
  /** Answers what judging asks. */
  answer?: RunDeps["answer"];
  /** The dialect; default: that of the Assistants API. */
  createTarget?: (connection: Connection) => Target;
  /** How the target is reached, beside its address. */
  connection?: Partial<Connection>;
  /** The tools of the assistant; default: two functions. */
  assistantTools?: ToolSpec[];
  chaos?: Parameters<typeof openServer>[0]["chaos"];
  /** Called with what happens in a conversation. */
  onHappening?: RunDeps["onHappening"];
  /** Answers instead of the server when it gives a response; may throw as a lost connection does. */
  disturb?: (request: string) => Response | null | Promise<Response>;
}

const functions = ["lookup", "refund"].map((name) => ({
  kind: "function" as const,
  name,
  description: null,
  parameters: null,
  strict: false,
}));

const systemClock = createSystemClock({ keepsAlive: true });

/** The pause before a scenario is tried again is short; limits are as long as they are. */
export const fastClock: Clock = {
  now: systemClock.now,
  after: (milliseconds, work) => systemClock.after(milliseconds <= 1_000 ? milliseconds / 20 : milliseconds, work),
};

/** Opens the server with the scripts of these scenarios; closed when the test is over. */
export async function embedded(scenarios: readonly Scenario[], options: EmbeddedOptions = {}): Promise<Embedded> {
  const scripts = scenarios.map((each) => scriptOf(each, "tester"));
  const delay = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal });
  const server = await openServer({
    database: ":memory:",
    model: options.model ?? createScriptedModel({ scripts, delay }),
    ...(options.chaos !== undefined && { chaos: options.chaos }),
  });
  onTestFinished(() => server.close());
  const requests: string[] = [];
  const target = (options.createTarget ?? createAssistantsTarget)(
    connectionTo(async (input, init) => {
      const request = new Request(input, init);
      const name = `${request.method} ${new URL(request.url).pathname}`;
      requests.push(name);
      return (await options.disturb?.(name)) ?? server.fetch(request);
    }, options.connection),
  );
  const spec = {
    name: "tester",
    description: null,
    model: "script",
    instructions: null,
    temperature: null,
    top_p: null,
  };
  const rest = { response_format: "auto" as const, reasoning_effort: null, metadata: {} };
  const session = target.testing(testRun);
  const assistant = { ...spec, ...rest, tools: options.assistantTools ?? functions };
  await session.prepare(assistant);
  const deps: RunDeps = {
    openConversation: (scenario) =>
      session.open({
        assistant,
        messages: [...scenario.opening],
        metadata: { ...scenario.metadata, [scenarioKey]: scenario.id },
      }),
    tools: new Map(),
    functionsOf: () => functions.map(({ name }) => name),
    handlers: createHandlers({ root: "/nowhere", env: {}, print: () => {} }),
    priceOf: (model) => (model === "script" ? { input: 1, cachedInput: 0.5, output: 2 } : null),
    fingerprintOf: () => ({ assistant: {}, scenario: {} }),
    answer: options.answer ?? answererOf({}),
    redactJson: asItIs,
    clock: options.clock ?? systemClock,
    onHappening: options.onHappening,
  };
  const defaults: RunOptions = {
    jobs: 4,
    bail: null,
    trying: { retries: 1, confirm: 0, allRuns: false },
    signal: new AbortController().signal,
    today: "2026-11-22",
  };
  return {
    deps,
    requests,
    run: (list, given) => Array.fromAsync(runScenarios(list, deps, { ...defaults, ...given })),
  };
}

/** Runs one scenario on a server of its own. */
export async function play(
  yaml: string,
  options: EmbeddedOptions = {},
): Promise<ScenarioResult & { requests: string[] }> {
  const only = scenario(yaml);
  const { run, requests } = await embedded([only], options);
  const [result] = await run([only]);
  if (result === undefined) throw new Error("no result");
  return { ...result, requests };
}
