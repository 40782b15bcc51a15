import { array, assert, asyncProperty, boolean, constantFrom, integer, oneof, record, string } from "fast-check";
import { expect, test } from "vitest";
import type { Scenario } from "../../../src/scenarios/scenario.ts";
import { embedded } from "../embedded.ts";
import { declare, bareContext, scenario } from "../scenario.ts";
import { expand } from "../../../src/scenarios/read/expand.ts";
import { outcomeOf, recordingOf, replayed } from "./replayed.ts";

const words = oneof(
  constantFrom("late", "It is: lost", "- no", "# 1\n\ntwo", " padded ", "naïve ‮ text", "yes", "null", "1_000", "***"),
  string({ minLength: 1, maxLength: 12 }).map((text) => `t${text.replaceAll("${{", "")}`),
);

const step = oneof(
  words.map((say) => ({ say })),
  record({ call: constantFrom("lookup", "refund"), with: record({ id: words, n: integer() }) }),
  record({
    calls: array(record({ call: constantFrom("lookup", "refund"), with: record({ id: words }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);

const expectation = oneof(
  words.map((contains) => ({ reply: { contains } })),
  constantFrom<object>(
    { tools: ["lookup"] },
    { tools: [] },
    { tools: { max_calls: 2, forbid: ["refund"] } },
    { usage: { total_tokens: { $lte: 60 } } },
    { time: { total: "1ms" } },
    { time: { total: "30s", first_token: "20s" } },
    { check: "calls.all(c, has(c.result))" },
    { cost: { $lte: 0.00004 } },
    { status: "requires_action" },
    { world: { n: 1 } },
  ),
);

const turn = record({ script: array(step, { minLength: 1, maxLength: 3 }), expect: expectation });

const rule = oneof(
  record({ return: record({ status: words, id: constantFrom("${{ args.id }}") }), times: integer({ min: 1, max: 2 }) }),
  words.map((error) => ({ error })),
  constantFrom<object>(
    { return: "${{ world.n }}", set: { n: "${{ world.n + 1 }}" }, append: { log: "${{ call.name }}" } },
    { return: "${{ call.number }} ${{ call.id }}" },
    { return: [1, { "<<": "x", "2026-11-26": true }], delay: "5ms" },
  ),
);

const written = record({
  turns: array(turn, { minLength: 1, maxLength: 3 }),
  tools: record({
    lookup: array(rule, { minLength: 1, maxLength: 3 }),
    "*": array(rule, { minLength: 1, maxLength: 1 }),
  }),
  goesOn: boolean(),
});

/** One that passes, and one that fails: most of those made at random fail. */
const certain = ["hello", "goodbye"].map((contains) => ({
  turns: [{ script: [{ say: "hello" }], expect: { reply: { contains } } }],
  tools: { "*": [{ return: 1 }] },
  goesOn: false,
}));

/** A scenario whose turns each say something else, and answer whatever was called. */
function scenarioOf(
  { turns, tools, goesOn }: { turns: object[]; tools: object; goesOn: boolean },
  id: string,
): Scenario {
  const numbered = turns.map((each, index) => ({ user: `turn ${index + 1} of ${id}`, ...each }));
  const yaml = JSON.stringify({
    assistant: "a",
    turns: numbered,
    tools,
    world: { n: 0, log: [] },
    ...(goesOn && { on_fail: "continue" }),
  });
  const [only] = expand(declare(yaml, id), bareContext);
  if (only === undefined) throw new Error("no scenario");
  return only;
}

test("what was recorded is replayed with the same verdicts", async () => {
  const seen = new Set<string>();
  await assert(
    asyncProperty(array(written, { minLength: 6, maxLength: 6 }), async (all) => {
      const scenarios = [...all, ...certain].map((each, index) => scenarioOf(each, `s${index}`));
      const { run, deps } = await embedded(scenarios);
      const results = (await run(scenarios)).filter(({ status }) => status === "passed" || status === "failed");
      const again = await replayed(
        results.map((result) => ({
          scenario: scenarios.find(({ id }) => id === result.id) as Scenario,
          recording: recordingOf(result),
        })),
        deps,
      );
      const byId = new Map(again.map((each) => [each.id, each]));
      for (const result of results) {
        seen.add(result.status);
        const replay = byId.get(result.id);
        expect(replay && outcomeOf(replay)).toEqual(outcomeOf(result));
      }
    }),
    { numRuns: 6 },
  );
  // Otherwise the law would hold of nothing.
  expect([...seen].toSorted()).toEqual(["failed", "passed"]);
});

const yaml = `
assistant: a
tools: { lookup: [{ return: { status: late } }] }
turns:
  - { user: one, script: [{ say: hello }], expect: { reply: { contains: hello } } }
  - { user: two, script: [{ call: lookup, with: { id: 7 } }, { say: late }], expect: { tools: [lookup] } }
  - { user: three, script: [{ call: refund, with: { id: 7 } }, { say: done }], expect: { reply: { contains: done } } }
`;
const withRefund = yaml.replace("tools: { lookup:", "tools: { refund: [{ return: ok }], lookup:");
const parts = { model: "1", "tools.lookup": "1", "tools.refund": "1" };

async function recorded(text = withRefund) {
  const only = scenario(text);
  const { run, deps } = await embedded([only]);
  const [result] = await run([only]);
  if (result === undefined) throw new Error("no result");
  expect(result.status).toBe("passed");
  return { recording: recordingOf(result, { assistant: parts, code: { "stub.ts": "1" } }), deps };
}

test.each<[string, string, Record<string, string>, number, RegExp]>([
  ["the last text", withRefund.replace("user: three", "user: four"), parts, 3, /the user's message is different/],
  ["a tool of the second turn", withRefund, { ...parts, "tools.lookup": "2" }, 2, /tools\.lookup changed/],
  ["a tool of the last turn", withRefund, { ...parts, "tools.refund": "2" }, 3, /tools\.refund changed/],
  ["a tool that is gone", withRefund, { model: "1", "tools.lookup": "1" }, 3, /tools\.refund was removed/],
  ["a tool that nobody called", withRefund, { ...parts, "tools.ship": "1" }, 1, /tools\.ship is new/],
  ["the model", withRefund, { ...parts, model: "2" }, 1, /model changed/],
  [
    "a stub's answer",
    withRefund.replace("status: late", "status: lost"),
    parts,
    2,
    /lookup\(\{"id":7\}\) now returns \{"status":"lost"\}; the recording has \{"status":"late"\}/,
  ],
  [
    "a turn that is new",
    `${withRefund}  - { user: four, script: [{ say: bye }], expect: { reply: { contains: bye } } }\n`,
    parts,
    4,
    /ends after turn 3/,
  ],
  ["the thread's beginning", `${withRefund}thread: { messages: [{ user: hi }] }\n`, parts, 1, /begins differently/],
])("what is left of a recording is played, and the rest is stale: %s", async (_, text, assistant, from, why) => {
  const { recording, deps } = await recorded();
  const now = { fingerprint: { assistant } };
  const [result] = await replayed([{ scenario: scenario(text), recording, now }], deps);
  expect(result).toMatchObject({ status: "not_run", stale: { turn: from, why: expect.stringMatching(why) as string } });
  expect(result?.record?.turns).toHaveLength(from - 1);
  expect(result?.reason).toMatch(why);
});

test("a gate that fails before the stale turn is a failure", async () => {
  const { recording, deps } = await recorded();
  const text = withRefund.replace("contains: hello", "contains: goodbye");
  const now = { fingerprint: { assistant: { ...parts, "tools.refund": "2" } } };
  const [result] = await replayed([{ scenario: scenario(text), recording, now }], deps);
  expect(result).toMatchObject({ status: "failed" });
  expect(result?.stale).toBeUndefined();
});

test("other expectations are judged on what was recorded", async () => {
  const { recording, deps } = await recorded();
  const text = withRefund.replace("contains: done", "contains: never");
  const [result] = await replayed(
    [{ scenario: scenario(text), recording, now: { fingerprint: { assistant: parts }, code: recording.code } }],
    deps,
  );
  expect(result).toMatchObject({ status: "failed" });
  expect(result?.record?.turns).toHaveLength(3);
});

test("code is not run: its recorded answer counts, until the code changes", async () => {
  const { recording, deps } = await recorded();
  const text = withRefund.replace("[{ return: { status: late } }]", "[{ module: ./stub.ts }]");
  const play = async (code: Record<string, string>) => {
    const now = { fingerprint: { assistant: parts }, code };
    const [result] = await replayed([{ scenario: scenario(text), recording, now }], deps);
    return result;
  };
  expect(await play({ "stub.ts": "1" })).toMatchObject({ status: "passed" });
  expect(await play({ "stub.ts": "2" })).toMatchObject({
    status: "not_run",
    stale: { turn: 2, why: "lookup is answered by code, and stub.ts changed" },
  });
});

test("calls that were left open then cannot be answered now", async () => {
  const text = `
assistant: a
tools: { lookup: [{ return: 1 }] }
turns: [{ user: one, script: [{ call: lookup, with: {} }], expect: { status: requires_action } }]
`;
  const { recording, deps } = await recorded(text);
  const [same] = await replayed(
    [{ scenario: scenario(text), recording, now: { fingerprint: { assistant: parts } } }],
    deps,
  );
  expect(same).toMatchObject({ status: "passed" });
  const other = scenario(text.replace("status: requires_action", "tools: [lookup]"));
  const [result] = await replayed([{ scenario: other, recording, now: { fingerprint: { assistant: parts } } }], deps);
  expect(result).toMatchObject({
    status: "not_run",
    stale: { turn: 1, why: expect.stringContaining("an unanswered call") as string },
  });
});
