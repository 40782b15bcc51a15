import { expect, test } from "vitest";
import type { RunRecord } from "../../../src/scenarios/record/record.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import type { Connection } from "../../../src/targets/http/connection.ts";
import { createResponsesTarget } from "../../../src/targets/responses/target.ts";
import type { StateMode } from "../../../src/targets/responses/states.ts";
import { embedded, fastClock } from "../../scenarios/embedded.ts";
import type { Chaos } from "../../../src/server/http/middleware/fault-injection.ts";
import { scenario } from "../../scenarios/scenario.ts";

// The dialect against the embedded server, end to end: client, server and scripted model in this process.

const modes: StateMode[] = ["conversation", "chain", "stateless"];

/** Whatever a scenario can do in a conversation. */
const scenarios = [
  `
id: calls
assistant: tester
tools: { lookup: [{ when: { id: A }, return: { status: late } }, { return: { status: here } }], refund: [{ error: not today }] }
turns:
  - user: Where are A and B?
    script:
      - say: Let me look.
      - calls: [{ call: lookup, with: { id: A } }, { call: lookup, with: { id: B } }]
      - call: refund
        with: { id: A }
      - say: A is late, B is here.
    expect:
      tools: { order: in_order, calls: [{ lookup: { id: A } }, { refund: {} }] }
      reply: { contains: "A is late, B is here." }
      commentary: { contains: Let me look. }
  - user: Thanks
    script: [{ say: You are welcome. }]
    expect: { tools: [], reply: { equals: You are welcome. }, usage: { total_tokens: { $gt: 0 } } }
`,
  `
id: history
assistant: tester
thread:
  messages:
    - user: I am Ann.
    - { call: lookup, with: { id: A }, result: { status: late } }
    - assistant: Hello Ann, A is late.
tools: { lookup: [{ return: {} }] }
turns:
  - user: Who am I?
    script: [{ say: Ann. }]
    expect: { reply: { equals: Ann. } }
`,
  `
id: left
assistant: tester
turns:
  - user: Look it up
    script: [{ call: lookup, with: {} }]
    expect: { status: requires_action }
`,
  `
id: refusal
assistant: tester
turns:
  - user: Do something bad
    script: [{ refuse: I will not. }]
    expect: { reply: { contains: I will not. } }
`,
  `
id: failure
assistant: tester
turns:
  - user: Break
    script: [{ fail: { code: server_error, message: Sorry. } }]
    expect: { status: failed, error: { code: server_error } }
`,
].map((yaml) => scenario(yaml));

async function run(state: StateMode | null, more: Partial<Connection> = {}): Promise<Map<string, ScenarioResult>> {
  const dialect = state === null ? {} : { createTarget: createResponsesTarget };
  const connection = { ...(state !== null && { state }), ...more };
  const { run } = await embedded(scenarios, { ...dialect, connection });
  return new Map((await run(scenarios)).map((result) => [result.id, result]));
}

/** A record without what differs from run to run: ids, times, and how the text came in pieces. */
function comparable(record: RunRecord | null | undefined) {
  return record?.turns.map((turn) => ({
    ...turn,
    time: null,
    calls: turn.calls.map((call) => Object.assign({}, call, { callId: "", at: 0, took: 0 })),
    events: turn.events.flatMap(({ event }): unknown[] => {
      if (event.kind === "text") return [];
      return event.kind === "requires_action" ? [event.calls.map(({ name }) => name)] : [event];
    }),
  }));
}

test("a scenario gives the same record in all three modes, and passes as it does in the other dialect", async () => {
  const [first, ...others] = await Promise.all(modes.map((mode) => run(mode)));
  const assistants = await run(null);
  for (const { id } of scenarios) {
    const result = first?.get(id);
    expect([id, result?.status, result?.problems]).toEqual([id, "passed", []]);
    expect(assistants.get(id)?.status).toBe("passed");
    for (const other of others) expect(comparable(other.get(id)?.record)).toEqual(comparable(result?.record));
  }
});

const noFaults = { rateLimited: 0, failing: 0, dropped: 0, notIndexed: 0, latency: 0, random: () => 0.5 };
const twoTurns = scenario(`
id: two
assistant: tester
turns:
  - user: One
    script: [{ say: First. }]
    expect: { reply: { equals: First. } }
  - user: Two
    script: [{ say: Second. }]
    expect: { reply: { equals: Second. } }
`);

interface Trap {
  name: string;
  state: StateMode;
  faults: Omit<Partial<Chaos>, "random">;
  /** The code of the problem for which the scenario is errored; `null`: it passes all the same. */
  code: string | null;
}

test.for<Trap>([
  { name: "a chain whose last response is gone", state: "chain", faults: { lostChains: 1 }, code: "chain_lost" },
  { name: "an organization that keeps nothing", state: "chain", faults: { zeroRetention: 1 }, code: "no_retention" },
  { name: "only the stateless half", state: "conversation", faults: { statelessOnly: 1 }, code: "stateless_server" },
  { name: "only the stateless half", state: "chain", faults: { statelessOnly: 1 }, code: "stateless_server" },
  { name: "only the stateless half", state: "stateless", faults: { statelessOnly: 1 }, code: null },
  {
    name: "a container that is gone",
    state: "conversation",
    faults: { expiredContainers: 1 },
    code: "container_expired",
  },
  { name: "a container that is gone", state: "chain", faults: { expiredContainers: 1 }, code: "container_expired" },
  { name: "streams that are cut", state: "conversation", faults: { dropped: 1 }, code: null },
  { name: "streams that are cut", state: "chain", faults: { dropped: 1 }, code: null },
  { name: "streams that are cut", state: "stateless", faults: { dropped: 1 }, code: "stream_ended_early" },
  { name: "a model that fails", state: "conversation", faults: { modelErrors: 1 }, code: "server_error" },
])("$name ($state): $code", async ({ state, faults, code }) => {
  const { run } = await embedded([twoTurns], {
    createTarget: createResponsesTarget,
    connection: { state },
    clock: fastClock,
    assistantTools: [{ kind: "code_interpreter", files: [] }],
    chaos: { ...noFaults, ...faults },
  });
  const [result] = await run([twoTurns]);
  expect([result?.status, result?.problems[0]?.code ?? null]).toEqual([code === null ? "passed" : "errored", code]);
});
