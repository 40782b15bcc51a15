import { expect, test } from "vitest";
import { judge } from "../../src/scenarios/judge.ts";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { embedded, play } from "./embedded.ts";
import { scenario } from "./scenario.ts";

/** What the assistant asks for, what the user answers, and a turn that is left out when the reply is not about money. */
const asking = (question: string, more = "") =>
  `
assistant: a
turns:
  - user: I want to return something.
    script: [{ say: "${question}" }]
  - id: answer
    user:
      any:
        - when: reply.text.contains("number")
          say: A-1001
          script: [{ call: refund, with: { id: A-1001 } }, { say: "Refunded 12 EUR." }]
        - when: reply.text.contains("name")
          say: My name is Ada.
          script: [{ say: "Thank you, Ada." }]
        ${more}
    expect: { reply: { matches: "Refunded|Thank|Hm" } }
  - when: reply.text.contains("EUR")
    user: How much was it?
    script: [{ say: "12 EUR." }]
    expect: { reply: { contains: "12" } }
  - user: Bye (turn \${{ turn.number }}).
    script: [{ say: Bye. }]
    expect: { reply: { contains: Bye } }
tools: { refund: [{ return: { ok: true } }] }
`;

const said = ({ record }: ScenarioResult) => record?.turns.map(({ number, user, choice }) => [number, user, choice]);

test("the first thing that holds is said, and its own script answers", async () => {
  const result = await play(asking("Which number?"));
  expect(result.status).toBe("passed");
  expect(said(result)).toEqual([
    [1, "I want to return something.", undefined],
    [2, "A-1001", 1],
    [3, "How much was it?", undefined],
    [4, "Bye (turn 4).", undefined],
  ]);
  expect(result.record).not.toHaveProperty("leftOut");
});

test("a turn whose condition does not hold is left out, and recorded", async () => {
  const yaml = asking("Your name?");
  const result = await play(yaml);
  expect(result.status).toBe("passed");
  expect(said(result)).toEqual([
    [1, "I want to return something.", undefined],
    [2, "My name is Ada.", 2],
    [4, "Bye (turn 4).", undefined],
  ]);
  expect(result.record?.leftOut).toEqual([{ number: 3, id: null, why: "when" }]);
});

test("when every turn is skipped, there is no verdict about the assistant", async () => {
  const result = await play(`
assistant: a
turns: [{ when: "1 == 2", user: hi, script: [{ say: ok }], expect: { reply: { contains: ok } } }]
expect: { tools: [] }
`);
  expect(result).toMatchObject({
    status: "inconclusive",
    record: { turns: [], leftOut: [{ number: 1, id: null, why: "when" }] },
    problems: [{ code: "nothing_said", severity: "warning", place: { line: 3 } }],
  });
});

test("a last entry without a condition is said in all other cases", async () => {
  const result = await play(asking("Why?", '- { say: "Because.", script: [{ say: "Hm." }] }'));
  expect(said(result)?.[1]).toEqual([2, "Because.", 3]);
  expect(result.status).toBe("passed");
});

test("when no condition is true, the turn fails: no one wrote an answer to that", async () => {
  const yaml = asking("Why?");
  const result = await play(yaml);
  expect(result).toMatchObject({
    status: "failed",
    record: { turns: [{ number: 1 }], leftOut: [{ number: 2, id: "answer", why: "no_choice" }] },
  });
  const miss = result.verdicts.find(({ pass }) => !pass);
  expect(miss).toMatchObject({ turn: 2, subject: "user", place: { line: 8 } });
  if (result.record === null) throw new Error("there is a record");
  expect(judge(result.record, scenario(yaml)).filter(({ pass }) => !pass)).toMatchObject([{ turn: 2 }]);
});

test("turns after a skipped one run when the scenario allows it", async () => {
  const result = await play(`on_fail: continue\n${asking("Why?")}`);
  expect(result).toMatchObject({ status: "failed", record: { turns: [{ number: 1 }, { number: 4 }] } });
  expect(result.record?.leftOut?.map(({ number, why }) => [number, why])).toEqual([
    [2, "no_choice"],
    [3, "when"],
  ]);
});

test.each([
  ["reply.json.x == 1", "failed_expression"],
  ["reply.text", "failed_expression"],
])("a condition that says nothing (%s) is the scenario's fault", async (when, code) => {
  const result = await play(`
assistant: a
turns:
  - user: one
    script: [{ say: one }]
  - when: ${when}
    user: two
    expect: { reply: { contains: two } }
`);
  expect(result).toMatchObject({ status: "errored", problems: [{ code, place: { line: 6 } }] });
});

test("a step of a choice that cannot run is reported with its own place", async () => {
  const result = await play(`
assistant: a
turns:
  - user: { any: [{ when: "false", say: a }, { say: b, script: [{ say: "\${{ tools.lookup.result.x }}" }] }] }
    expect: { reply: { contains: two } }
`);
  expect(result).toMatchObject({
    status: "errored",
    problems: [{ code: "script_failed", place: { line: 4, column: 77 } }],
  });
});

test("branches of many turns meet again: finding a script does not grow with their product", async () => {
  const turns = Array.from({ length: 15 }, (_, nth) => {
    const choices = [0, 1, 2].map(
      (each) => `{ when: "${each === nth % 3}", say: "${nth}-${each}", script: [{ say: ok }] }`,
    );
    return `  - { when: "${nth % 5 !== 1}", user: { any: [${choices.join(", ")}] } }\n`;
  });
  const long = scenario(`assistant: a\nobserve: true\nturns:\n${turns.join("")}`);
  const [result] = await (await embedded([long, long])).run([long]);
  expect(result?.status).toBe("observed");
  expect(result?.record?.turns).toHaveLength(12);
});
