import { expect, test } from "vitest";
import { answererOf, type Answerer, type Ask } from "../../../src/scenarios/asking/ask.ts";
import { createUserAnswerer } from "../../../src/scenarios/asking/user-answerer.ts";
import { createSecrets } from "../../../src/kit/secrets.ts";
import { judge } from "../../../src/scenarios/judge.ts";
import type { RunRecord } from "../../../src/scenarios/record/record.ts";
import { embedded } from "../embedded.ts";
import { scenario } from "../scenario.ts";

const modelOf = (): never => {
  throw new Error("no model is asked where scripts are played");
};
const answer = answererOf({ user: createUserAnswerer({ modelOf, isScripted: true, seedOf: () => null }) });

/** A scenario whose simulated user says three things and stops by `stop`; `each` and `end` are expected. */
const simulated = (stop: string, each: string, end: string) =>
  scenario(`assistant: a
tools: { lookup: [{ return: { status: late } }] }
turns:
  - simulate:
      goal: Get a voucher.
      max_turns: 3
      stop: ${stop}
      script:
        - { say: My parcel is late., script: [{ say: "Which one?" }] }
        - { say: The blue one., script: [{ call: lookup, with: { id: blue } }, { say: Here is a voucher. }] }
        - { say: Another one., script: [{ call: lookup }, { say: No. }] }
    each: ${each}
    expect: ${end}
    save: { last: { from: reply } }
  - user: Bye
    script: [{ say: Bye. }]
    expect: { check: 'saved.last != ""' }
expect: { tools: { max_calls: 2 } }
`);

test.each([
  [
    "{}",
    "{ status: completed }",
    "{ tools: { calls: [{ lookup: { times: 2 } }] }, reply: { contains: [Which, voucher] } }",
  ],
  [
    "{ when_reply: { contains: voucher } }",
    "{ tools: { max_calls: 1 } }",
    "{ tools: [lookup: { id: blue }], time: { total: 1m } }",
  ],
  ["{ when: calls.size() > 0 }", "{ reply: { not_contains: voucher } }", "{ reply: { contains: refund } }"],
  [
    "{ when: 'false' }",
    "{ status: completed }",
    "{ usage: { total_tokens: { $gt: 0 } }, cost: { $lte: 1 }, tools: [] }",
  ],
])("a stored record of a simulated user gives the same verdicts again (%s)", async (stop, each, end) => {
  const only = simulated(stop, each, end);
  const { run } = await embedded([only], { answer });
  const [result] = await run([only]);
  const stored = JSON.parse(JSON.stringify(result?.record)) as RunRecord;
  expect(result?.verdicts).toMatchObject(judge(stored, only));
  expect(judge(stored, only)).toHaveLength(result?.verdicts.length ?? 0);
});

test("a simulated user's question holds no secret, whatever it says by its script", async () => {
  const secrets = createSecrets();
  secrets.add("sk-very-secret-key");
  const only = scenario(`assistant: a
turns:
  - simulate:
      goal: Get a new key for sk-very-secret-key.
      knows: { key: sk-very-secret-key }
      max_turns: 2
      script:
        - { say: My key is sk-very-secret-key., script: [{ say: "sk-very-secret-key?" }] }
        - { say: "Yes, sk-very-secret-key.", script: [{ say: Done. }] }
`);
  const asked: Ask[] = [];
  const noted: Answerer = (ask, signal) => {
    asked.push(ask);
    return answer(ask, signal);
  };
  const { deps, run } = await embedded([only], { answer: noted });
  deps.redactJson = secrets.redactJson;
  const [result] = await run([only]);
  expect(result?.status).toBe("passed");
  expect(result?.record?.turns.map(({ user }) => user)).toContain("My key is sk-very-secret-key.");
  expect(asked).toHaveLength(2);
  expect(JSON.stringify(asked.map(({ question }) => question))).not.toContain("sk-very-secret-key");
});
