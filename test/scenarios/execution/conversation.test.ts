import { describe, expect, test } from "vitest";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { play } from "../embedded.ts";

const failures = ({ verdicts }: ScenarioResult) => verdicts.filter(({ pass }) => !pass).map(({ sentence }) => sentence);

describe("a conversation that goes as written", () => {
  const order = `
assistant: support
vars: { order: A-1001 }
thread: { messages: [{ user: Hi }, { assistant: "Hello, how can I help?" }] }
tools:
  lookup: [{ delay: 20ms, return: { id: "\${{ args.id }}", status: late, total: 42.5 } }]
  refund: [{ when: { sum: { $gt: 40 } }, return: { ok: true } }]
turns:
  - id: ask
    user: My order \${{ vars.order }} never came.
    script:
      - call: lookup
        with: { id: A-1001 }
      - say: Order A-1001 is \${{ tools.lookup.result.status }}. I can pay back 42,50 EUR.
    expect:
      tools: { calls: [lookup: { args: { id: "\${{ vars.order }}" }, match: exact, result: { status: late } }], extra: forbid }
      reply: { contains: [A-1001, late], words: { $lte: 20 } }
      time: { total: 20s }
      usage: { total_tokens: { $gt: 0 } }
      check: calls.all(c, !has(c.error)) && turn.number == 1
    save: { sum: { from: reply, regex: '(\\d+[.,]\\d{2})', type: number } }
  - user: Then give me the \${{ saved.sum }} please.
    script:
      - calls: [{ call: refund, with: { sum: 42.5 } }, { call: lookup, with: { id: A-1001 } }]
      - say: Done.
    expect:
      tools: { order: exact, calls: [lookup, refund: { sum: "\${{ saved.sum }}" }] }
      reply: { equals: Done. }
expect:
  tools: { order: in_order, calls: [lookup, refund], max_calls: 3 }
  check: size(calls) == 3
`;

  test("passes, and the record holds all of it", async () => {
    const result = await play(order);
    expect(failures(result)).toEqual([]);
    expect(result).toMatchObject({ status: "passed", attempts: [{ status: "passed" }], problems: [] });
    const [first, second] = result.record?.turns ?? [];
    expect(first).toMatchObject({
      number: 1,
      id: "ask",
      user: "My order A-1001 never came.",
      status: "completed",
      calls: [
        { name: "lookup", args: { id: "A-1001" }, round: 1, outcome: { value: { status: "late" } }, findings: [] },
      ],
      messages: [{ text: "Order A-1001 is late. I can pay back 42,50 EUR." }],
      saved: { sum: 42.5 },
    });
    expect(first?.time.total).toBeGreaterThanOrEqual(first?.time.first_token ?? Infinity);
    expect(first?.time.first_token).toBeGreaterThanOrEqual(20);
    expect(second).toMatchObject({ user: "Then give me the 42.5 please.", calls: [{ round: 1 }, { round: 1 }] });
    expect(second?.events.at(-1)?.event).toMatchObject({ kind: "ended", status: "completed" });
  });
});

describe("a turn that fails", () => {
  test("stops the turns after it", async () => {
    const result = await play(`
assistant: a
turns:
  - user: one
    script: [{ say: "no" }]
    expect: { reply: { contains: "yes" } }
  - user: two
    script: [{ say: "yes" }]
`);
    expect(result.status).toBe("failed");
    expect(result.record?.turns).toHaveLength(1);
    expect(result.verdicts.find(({ pass }) => !pass)?.place).toMatchObject({ line: 6, column: 34 });
  });

  test("by a warning continues", async () => {
    const result = await play(`
assistant: a
turns:
  - user: one
    script: [{ say: "no" }]
    expect: { reply: { contains: "yes", severity: warn } }
  - user: two
    script: [{ say: "yes" }]
`);
    expect(result.status).toBe("passed");
    expect(result.record?.turns).toHaveLength(2);
  });

  test("without a script says nothing about the assistant: the scenario is wrong", async () => {
    const result = await play("assistant: a\nturns: [{ user: hello }]");
    expect(result).toMatchObject({ status: "errored", verdicts: [] });
    expect(result.problems).toMatchObject([{ kind: "input", code: "no_script", place: { line: 2, column: 17 } }]);
  });

  test.each([
    ["{ say: '${{ tools.lookup.result.place }}' }", "tools.lookup.result.place"],
    ["{ say: Oh }, { say: 'It is ${{ tools.lookup.result.place }}.' }", "tools.lookup.result.place"],
    ["{ when: 'tools.lookup.result.place == 1', say: x }", "tools.lookup.result.place"],
    ["{ call: refund, with: { a: ['${{ calls[7].args }}'] } }", "calls[7].args"],
  ])("by its script is the scenario's fault, at its step: %s", async (step, named) => {
    const yaml = `assistant: a
tools: { lookup: [{ error: not found }] }
turns:
  - user: one
    script:
      - { call: lookup, with: {} }
      - ${step.replace("}, {", "}\n      - {")}
`;
    const { status, problems } = await play(yaml);
    expect({ status, problems }).toMatchObject({
      status: "errored",
      problems: [{ kind: "input", code: "script_failed" }],
    });
    const [{ place, message } = { place: undefined, message: "" }] = problems;
    expect(place?.text.slice(place.column - 1)).toMatch(new RegExp(`^${named.replaceAll(/[.[\]]/g, "\\$&")}`));
    expect(message).toContain(named);
  });

  test("may be expected, and the conversation continues", async () => {
    const result = await play(`
assistant: a
turns:
  - user: one
    script: [{ fail: { code: server_error, message: boom } }]
    expect: { status: failed }
  - user: two
    script: [{ say: "yes" }]
    expect: { reply: { contains: "yes" } }
`);
    expect(result.status).toBe("passed");
  });

  test("by a forbidden call ends at once, before the call is answered", async () => {
    const result = await play(`
assistant: a
tools: { "*": [{ return: 1 }] }
turns:
  - user: one
    script: [{ call: refund, with: {} }, { say: paid }]
    expect: { tools: { forbid: ["re*"] }, reply: { contains: paid } }
`);
    expect(failures(result)).toEqual(["refund({}) was called; re* is forbidden"]);
    expect(result.record?.turns[0]).toMatchObject({ status: "stopped", calls: [{ outcome: null }] });
    expect(result.requests.filter((each) => each.endsWith("/cancel"))).toHaveLength(1);
  });

  test("by asking for tools again and again is stopped", async () => {
    const step = "{ call: lookup, with: {} }";
    const result = await play(`
assistant: a
limits: { turn: { tool_rounds: 2 } }
tools: { "*": [{ return: 1 }] }
turns: [{ user: one, script: [${step}, ${step}, ${step}, { say: done }] }]
`);
    expect(result.status).toBe("failed");
    expect(failures(result)[0]).toContain("too_many_tool_rounds");
    expect(result.record?.turns[0]?.calls.map(({ outcome }) => outcome?.kind)).toEqual(["result", "result", undefined]);
  });
});

test("calls can be left open on purpose, and the next turn is said all the same", async () => {
  const result = await play(`
assistant: a
turns:
  - user: one
    script: [{ call: lookup, with: { id: 7 } }, { say: never }]
    expect: { status: requires_action, tools: [lookup: { id: 7 }] }
  - user: two
    script: [{ say: "yes" }]
    expect: { reply: { equals: "yes" } }
`);
  expect(failures(result)).toEqual([]);
  expect(result.status).toBe("passed");
});

test("a call that nothing answers gets an output, and the scenario is errored", async () => {
  const result = await play(`
assistant: a
turns:
  - user: one
    script: [{ calls: [{ call: lookup, with: {} }, { call: refund, with: {} }] }, { say: done }]
  - user: two
`);
  expect(result).toMatchObject({ status: "errored", attempts: [{}], verdicts: [] });
  expect(result.problems.map(({ code, kind }) => `${kind} ${code}`)).toEqual([
    "input unanswered_call",
    "input unanswered_call",
  ]);
  expect(result.record?.turns).toMatchObject([{ status: "completed", messages: [{ text: "done" }] }]);
});

test("a value that cannot be saved fails its turn", async () => {
  const result = await play(`
assistant: a
turns:
  - user: one
    script: [{ say: nothing here }]
    save: { sum: { from: reply, regex: '\\d+' } }
  - user: "\${{ saved.sum }}"
`);
  expect(result.status).toBe("failed");
  expect(failures(result)[0]).toContain("sum could not be saved");
});

test("a text that cannot be said makes the scenario wrong", async () => {
  const result = await play(
    "assistant: a\nturns: [{ user: one, script: [{ say: a }] }, { user: 'x ${{ saved.sum }}' }]",
  );
  expect(result).toMatchObject({ status: "errored", problems: [{ kind: "input", code: "failed_expression" }] });
  expect(result.verdicts.every(({ pass }) => pass)).toBe(true);
});
