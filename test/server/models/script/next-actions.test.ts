import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WrittenStep } from "../../../../src/project/schemas/script.ts";
import type { Action } from "../../../../src/server/models/actions.ts";
import type { ModelRound, ModelTool } from "../../../../src/server/models/model.ts";
import { nextActions } from "../../../../src/server/models/script/next-actions.ts";
import { tool } from "../request.ts";

const tools: ModelTool[] = [tool("get"), tool("put"), { kind: "code_interpreter" }, { kind: "file_search" }];

function play(steps: WrittenStep[], rounds: ModelRound[] = [], parallelToolCalls = true): Action[] {
  const scope = { vars: { city: "Paris" }, saved: {}, turn: { number: 1 } };
  return nextActions({ where: 'scenario "s", turn 1', steps, scope }, { rounds, tools, parallelToolCalls });
}

function answered(name: string, output: string, more: Partial<ModelRound["calls"][number]> = {}): ModelRound {
  return { text: "", calls: [{ callId: "c", tool: "function", name, arguments: "{}", output, ...more }] };
}

const say = (text: string): Action => ({ kind: "say", text });
const call = (name: string, args: unknown = {}): Action => ({
  kind: "call",
  tool: "function",
  name,
  arguments: JSON.stringify(args),
});

describe("rounds", () => {
  const steps: WrittenStep[] = [
    { say: "One." },
    { call: "get", with: { city: "${{ vars.city }}" } },
    { say: "Two." },
    { calls: [{ call: "get" }, { call: "put", with: { n: 1 } }] },
    { say: "Three." },
  ];
  test.each([
    [0, [say("One."), call("get", { city: "Paris" })]],
    [1, [say("Two."), call("get"), call("put", { n: 1 })]],
    [2, [say("Three.")]],
  ])("round %i is what stands before and at its call step", (count, actions) => {
    expect(
      play(
        steps,
        Array.from({ length: count }, () => answered("get", "{}")),
      ),
    ).toEqual(actions);
  });

  test("calls that must not be parallel take a round each, with the same arguments", () => {
    const three = Array.from({ length: 3 }, () => answered("get", "{}"));
    const rounds = [0, 1, 2, 3].map((count) => play(steps, three.slice(0, count), false));
    expect(rounds).toEqual([
      [say("One."), call("get", { city: "Paris" })],
      [say("Two."), call("get")],
      [call("put", { n: 1 })],
      [say("Three.")],
    ]);
  });

  test("how the calls were spread over rounds does not count", () => {
    const written = [...steps.slice(3, 4), { call: "get" }, { say: "${{ calls.map(c, c.output).join() }}" }];
    const [get, put, again] = [answered("get", "1"), answered("put", "2"), answered("get", "3")];
    const merged = { text: "", calls: [get, put, again].flatMap(({ calls }) => calls) };
    for (const rounds of [[get, put, again], [merged], [{ text: "", calls: [...get.calls, ...put.calls] }, again]])
      expect(play(written, rounds)).toEqual([say("123")]);
  });

  test("a run with more calls than the script fails", () => {
    expect(() => play([{ say: "Hi" }], [answered("get", "{}")])).toThrow(
      'scenario "s", turn 1: the script makes 0 tool calls, but this run already made 1.',
    );
  });

  test("round k of any script without conditions is its k-th call step and the words before it", () => {
    const step = fc.oneof(
      fc.record({ say: fc.stringMatching(/^[a-z ]{1,9}$/) }),
      fc.record({
        call: fc.constantFrom("get", "put"),
        with: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.integer()),
      }),
    );
    fc.assert(
      fc.property(fc.array(step), fc.nat(6), (written, k) => {
        const ends = written.flatMap((each, index) => ("call" in each ? [index] : []));
        fc.pre(k <= ends.length);
        const from = k === 0 ? 0 : (ends[k - 1] ?? 0) + 1;
        const part = written.slice(from, k < ends.length ? (ends[k] ?? 0) + 1 : undefined);
        const actions = play(
          written,
          Array.from({ length: k }, () => answered("get", "{}")),
        );
        const texts = part.flatMap((each) => ("say" in each ? [each.say] : []));
        const calls = part.flatMap((each) => ("call" in each ? [call(each.call, each.with)] : []));
        expect(actions.map((action) => (action.kind === "say" ? action.text : "")).join("")).toBe(texts.join("\n"));
        expect(actions.filter(({ kind }) => kind === "call")).toEqual(calls);
      }),
    );
  });
});

describe("conditions and expressions", () => {
  test.each<[string, ModelRound, string]>([
    ["tools.get.result.t > 20.0", answered("get", '{"t": 21.5}'), "yes"],
    ["tools.get.result.t > 22.0", answered("get", '{"t": 21.5}'), "no"],
    ["has(tools.get.error)", answered("get", '{"error": "gone"}'), "yes"],
    ["has(tools.get.error)", answered("get", '{"error": null}'), "no"],
    ["tools.get.error == 'gone'", answered("get", '{"error": "gone"}'), "yes"],
    ["tools.get.result == 'plain words'", answered("get", "plain words"), "yes"],
    ["tools.get.output == '[1]' && tools.get.result.size() == 1", answered("get", "[1]"), "yes"],
    ["tools.get.args.city == 'Paris'", answered("get", "{}", { arguments: '{"city":"Paris"}' }), "yes"],
    ["calls.all(c, c.tool == 'get') && calls.size() == 1", answered("get", "{}"), "yes"],
    ["turn.number == 1", answered("get", "{}"), "yes"],
  ])("%s", (when, round, said) => {
    const steps = [{ call: "get" }, { when, say: "yes" }, { when: `!(${when})`, say: "no" }];
    expect(play(steps, [round])).toEqual([say(said)]);
  });

  test("what the built-in tools were asked and printed is in scope", () => {
    const steps = [
      { call: "code_interpreter", with: { input: "print(6 * 7)" } },
      { call: "file_search", with: { query: "late" } },
      {
        say: "${{ tools.code_interpreter.input }} gave ${{ tools.code_interpreter.logs }}, ${{ tools.file_search.query }}",
      },
    ];
    const rounds = [
      answered("code_interpreter", "42\n", { tool: "code_interpreter", arguments: '{"input":"print(6 * 7)"}' }),
      answered("file_search", "[]", { tool: "file_search", arguments: '{"query":"late"}' }),
    ];
    expect(play(steps, [])).toMatchObject([{ kind: "call", tool: "code_interpreter" }]);
    expect(play(steps, rounds)).toEqual([say("print(6 * 7) gave 42\n, late")]);
  });

  test("a step is decided by what was known when it was first played", () => {
    const steps = [
      { call: "get" },
      { when: "has(tools.get.error)", say: "Once more." },
      { when: "has(tools.get.error)", call: "get" },
      { say: "Done: ${{ tools.get.output }}" },
    ];
    const failed = answered("get", '{"error": "busy"}');
    expect(play(steps, [failed])).toEqual([say("Once more."), call("get")]);
    expect(play(steps, [failed, answered("get", "ok")])).toEqual([say("Done: ok")]);
  });

  test("an argument that is one expression keeps its type", () => {
    const steps = [
      { call: "get" },
      { call: "put", with: { n: "${{ tools.get.result.n }}", all: ["${{ tools.get.result }}"] } },
    ];
    expect(play(steps, [answered("get", '{"n": 3}')])).toEqual([call("put", { n: 3, all: [{ n: 3 }] })]);
  });
});

describe("other steps", () => {
  test("texts of one round are on separate lines; a value that is not text is JSON", () => {
    expect(play([{ say: "A" }, { say: "${{ [1, 2] }}" }])).toEqual([say("A"), say("\n[1,2]")]);
  });
  test("delays, refusals and failures", () => {
    const fail = { code: "rate_limit_exceeded" as const, message: "Slow down, ${{ vars.city }}" };
    expect(play([{ delay: "200ms" }, { delay: 1, refuse: "No." }, { fail }, { say: "never" }])).toEqual([
      { kind: "wait", milliseconds: 200 },
      { kind: "wait", milliseconds: 1_000 },
      { kind: "refuse", text: "No." },
      { kind: "fail", code: "rate_limit_exceeded", message: "Slow down, Paris" },
    ]);
  });
  test("nothing after a failure is looked at", () => {
    const fail = { code: "server_error" as const, message: "x" };
    expect(play([{ fail }, { say: "${{ nonsense( }}" }])).toHaveLength(1);
  });
});

describe("scripts that cannot be played say where", () => {
  test.each<[WrittenStep, RegExp]>([
    [
      { call: "fly" },
      /^scenario "s", turn 1, step 2: the script calls "fly", a tool .* it has get, put, code_interpreter, file_search\.$/,
    ],
    [{ when: "1 + 1", say: "x" }, /^scenario "s", turn 1, step 2: "when" must be true or false, but "1 \+ 1" is 2\.$/],
    [{ when: "tools.get.error", say: "x" }, /^scenario "s", turn 1, step 2: .+/],
    [{ say: "${{ saved.unknown }}" }, /^scenario "s", turn 1, step 2: .+unknown/],
  ])("%j", (step, message) => {
    expect(() => play([{ say: "Hi" }, step])).toThrow(
      expect.objectContaining({ code: "invalid_prompt", message: expect.stringMatching(message) }),
    );
  });
});
