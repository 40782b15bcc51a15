import { describe, expect, onTestFinished, test } from "vitest";
import type { WrittenTool } from "../../../src/project/schemas/tool.ts";
import { createToolStubs, type ToolStubs } from "../../../src/scenarios/stubs/rules.ts";
import { createHandlers } from "../../../src/scenarios/stubs/handlers.ts";
import { folder } from "../folder.ts";
import { declare, scenario } from "../scenario.ts";

const lookup: WrittenTool = {
  parameters: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
  returns: { type: "object", required: ["status"] },
  handler: "./lookup.ts",
};
const declared = { ...declare("assistant: a\nturns: [{ user: hi }]"), value: lookup };
const code = {
  "scenarios/module.ts": "export default (args, { call }) => ({ args, number: call.number });",
  "scenarios/broken.ts": "export default () => { throw new Error('out of stock'); };",
  "scenarios/lookup.ts": "export default ({ id }) => ({ status: `real ${id}` });",
};

interface Stubs {
  ask: (name: string, args: unknown) => ReturnType<ToolStubs["answer"]>;
  delays: number[];
}

/** Stubs of a scenario in a project without code, unless there is a `root`. */
function stubs(tools: string, root = "/nowhere"): Stubs {
  const delays: number[] = [];
  const yaml = `assistant: a\nvars: { shop: main }\ntools: ${tools}\nturns: [{ user: hi }]`;
  const handlers = createHandlers({ root, env: {}, print: () => {} }).open({ scenario: "test", attempt: 1 });
  onTestFinished(async () => void (await handlers.close()));
  const made = createToolStubs(scenario(yaml), new Map([["lookup", declared]]), handlers);
  return {
    delays,
    ask: (name, args) =>
      made.answer(
        { callId: "call_1", name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
        {
          signal: new AbortController().signal,
          scope: { saved: { sum: 3 }, turn: { number: 1, id: null } },
          delay: async (milliseconds) => void delays.push(milliseconds),
        },
      ),
  };
}

describe("rules", () => {
  test("the first that fits answers; one that is used up gives way", async () => {
    const { ask, delays } = stubs(`
  lookup:
    - { when: { id: { $regex: "^A-9" } }, error: order not found }
    - { times: 1, delay: 200ms, error: upstream timeout }
    - { return: { status: late } }
`);
    const answers = [];
    for (const id of ["A-1", "A-9", "A-1", "A-9"]) answers.push((await ask("lookup", { id })).outcome);
    expect(answers).toEqual([
      { kind: "error", message: "upstream timeout" },
      { kind: "error", message: "order not found" },
      { kind: "result", value: { status: "late" } },
      { kind: "error", message: "order not found" },
    ]);
    expect(delays).toEqual([200, 0, 0, 0]);
  });

  test("calls of one round use rules up in their order, whoever is answered first", async () => {
    const { ask } = stubs("{ lookup: [{ times: 1, return: { status: 1 } }, { return: { status: 2 } }] }");
    const answers = await Promise.all([ask("lookup", { id: "a" }), ask("lookup", { id: "b" })]);
    expect(answers.map(({ outcome }) => outcome)).toEqual([
      { kind: "result", value: { status: 1 } },
      { kind: "result", value: { status: 2 } },
    ]);
  });

  test("a function's own rules come before those for every function", async () => {
    const { ask } = stubs('{ refund: [{ times: 1, return: own }], "*": [{ return: any }] }');
    const values = [await ask("refund", {}), await ask("refund", {}), await ask("constructor", {})];
    expect(values.map(({ outcome }) => outcome)).toMatchObject([{ value: "own" }, { value: "any" }, { value: "any" }]);
  });

  test("a result may read the call, variables, saved values and the turn", async () => {
    const read = ["args.id", "vars.shop", "saved.sum", "call.number"].map((source) => `"\${{ ${source} }}"`);
    const { ask } = stubs(`{ echo: [{ return: [${read.join(", ")}, "turn \${{ turn.number }}"] }] }`);
    await ask("echo", { id: 7 });
    expect((await ask("echo", { id: 7 })).outcome).toEqual({ kind: "result", value: [7, "main", 3, 2, "turn 1"] });
  });

  test("an expression that fails makes the scenario wrong, and is answered all the same", async () => {
    const { outcome, problems } = await stubs('{ echo: [{ return: "${{ args.none }}" }] }').ask("echo", {});
    expect(outcome.kind).toBe("error");
    expect(problems).toMatchObject([{ kind: "input", code: "failed_expression", place: { line: 3 } }]);
  });
});

describe("what a real tool would have seen", () => {
  test("arguments that are not JSON, or not what the tool takes; results that are not what it gives", async () => {
    const { ask } = stubs("{ lookup: [{ return: { state: late } }] }");
    const codes = async (args: unknown) => (await ask("lookup", args)).findings.map(({ code }) => code);
    expect(await codes("{ id: ")).toEqual(["bad_arguments_json"]);
    expect(await codes({ id: 1 })).toEqual(["arguments_violate_schema", "result_violates_schema"]);
    expect(await codes("")).toEqual(["arguments_violate_schema", "result_violates_schema"]);
    expect((await ask("lookup", "{ id: ")).outcome).toMatchObject({ kind: "error" });
  });

  test("arguments that the tool does not take, and that no stub can answer, are the assistant's mistake", async () => {
    for (const rule of [
      '{ return: "${{ args.id }}" }',
      '{ when: "args.id == 1", return: 1 }',
      "{ when: { id: B }, return: 1 }",
    ]) {
      const { ask } = stubs(`{ lookup: [${rule}] }`);
      expect(await ask("lookup", {})).toMatchObject({
        outcome: { kind: "error", message: expect.stringContaining("id") as string },
        findings: [{ code: "unusable_arguments" }],
        problems: [],
      });
    }
  });

  test("a call that nothing answers: the scenario is wrong, and the problem says how to stub it", async () => {
    const missing = await stubs("{ refund: [{ return: 1 }] }").ask("lookup", { id: "A" });
    expect(missing.problems).toMatchObject([{ kind: "input", code: "unanswered_call", place: { line: 1 } }]);
    expect(missing.problems[0]?.hint).toContain("tools: { lookup: [{ return: ... }] }");
    const unfit = await stubs("{ lookup: [{ when: { id: B }, return: 1 }] }").ask("lookup", { id: "A" });
    expect(unfit.problems).toMatchObject([
      { message: 'no rule of lookup matches lookup({"id":"A"})', place: { line: 3 } },
    ]);
    expect(unfit.outcome.kind).toBe("error");
  });
});

describe("the project's own code", () => {
  test.each([
    ["throw null", "null"],
    ["throw { code: 5 }", "{ code: 5 }"],
    ["throw Object.create(null)", "[Object: null prototype] {}"],
    ["return Promise.reject('no')", "no"],
  ])("a module may throw anything: %s", async (body, message) => {
    const root = await folder({ "scenarios/module.ts": `export default () => { ${body} };` });
    const { ask } = stubs("{ a: [{ module: ./module.ts }] }", root);
    expect((await ask("a", {})).outcome).toEqual({ kind: "error", message });
  });

  test("a module answers; what it throws is the answer", async () => {
    const { ask } = stubs("{ a: [{ module: ./module.ts }], b: [{ module: ./broken.ts }] }", await folder(code));
    expect((await ask("a", { x: 1 })).outcome).toEqual({ kind: "result", value: { args: { x: 1 }, number: 1 } });
    expect(await ask("b", {})).toMatchObject({
      outcome: { kind: "error", message: "out of stock" },
      findings: [{ code: "handler_failed" }],
      problems: [],
    });
  });

  test("a tool's own implementation answers; without one the scenario is wrong", async () => {
    const { ask } = stubs('{ "*": [{ handler: true }] }', await folder(code));
    expect((await ask("lookup", { id: "A" })).outcome).toEqual({ kind: "result", value: { status: "real A" } });
    expect((await ask("unknown", {})).problems).toMatchObject([{ kind: "input", code: "no_handler" }]);
  });

  test("code that is not there makes the scenario wrong", async () => {
    const { outcome, problems } = await stubs("{ a: [{ module: ./none.ts }] }", await folder(code)).ask("a", {});
    expect(outcome.kind).toBe("error");
    expect(problems).toMatchObject([{ kind: "input", code: "handler_not_found" }]);
  });
});
