import { describe, expect, onTestFinished, test } from "vitest";
import { createHandlers } from "../../../src/scenarios/stubs/handlers.ts";
import { createToolStubs, type ToolStubs } from "../../../src/scenarios/stubs/rules.ts";
import { folder } from "../folder.ts";
import { scenario } from "../scenario.ts";

interface Stubs {
  ask: (name: string, args?: unknown) => ReturnType<ToolStubs["answer"]>;
  world: ToolStubs["world"];
}

/** Stubs of a scenario with a world; modules are beside it. */
async function stubs(world: string, tools: string, modules: Record<string, string> = {}): Promise<Stubs> {
  const files = Object.entries(modules).map(([name, text]) => [`scenarios/${name}`, text]);
  const root = await folder(Object.fromEntries(files) as Record<string, string>);
  const handlers = createHandlers({ root, env: {}, print: () => {} }).open({ scenario: "test", attempt: 1 });
  onTestFinished(async () => void (await handlers.close()));
  const made = createToolStubs(
    scenario(`assistant: a\nworld: ${world}\ntools: ${tools}\nturns: [{ user: hi }]`),
    new Map(),
    handlers,
  );
  return {
    world: () => made.world(),
    ask: (name, args = {}) =>
      made.answer(
        { callId: "call_1", name, arguments: JSON.stringify(args) },
        {
          signal: new AbortController().signal,
          scope: { saved: { note: "kept" }, turn: { number: 1, id: null } },
          delay: async () => {},
        },
      ),
  };
}

const orders = "{ orders: { A: { status: late, total: 42.5 }, B: { status: shipped } }, refunds: [] }";

describe("a rule", () => {
  test("changes the world, and answers what can be read then", async () => {
    const { ask, world } = await stubs(
      orders,
      `
  cancel:
    - set: { "orders[args.id].status": cancelled, "orders[args.id].was": "\${{ world.orders[args.id].status }}" }
      append: { refunds: { order: "\${{ args.id }}", amount: "\${{ world.orders[args.id].total }}", note: "\${{ saved.note }}" } }
      remove: orders.B
      return: { now: "\${{ world.orders[args.id] }}", refunds: "\${{ size(world.refunds) }}" }
`,
    );
    const { outcome, changes } = await ask("cancel", { id: "A" });
    expect(outcome).toEqual({
      kind: "result",
      value: { now: { status: "cancelled", total: 42.5, was: "late" }, refunds: 1 },
    });
    expect(world()).toEqual({
      orders: { A: { status: "cancelled", total: 42.5, was: "late" } },
      refunds: [{ order: "A", amount: 42.5, note: "kept" }],
    });
    expect(changes.map(({ kind }) => kind)).toEqual(["set", "set", "append", "remove"]);
  });

  test("that answers an error may have changed something all the same", async () => {
    const { ask, world } = await stubs(
      "{ paid: false }",
      "{ pay: [{ set: { paid: true }, error: 'timeout (paid: ${{ world.paid }})' }] }",
    );
    expect((await ask("pay")).outcome).toEqual({ kind: "error", message: "timeout (paid: true)" });
    expect(world()).toEqual({ paid: true });
  });

  test("is chosen by what the world is then", async () => {
    const { ask } = await stubs(
      orders,
      `
  cancel:
    - { when: "!(args.id in world.orders)", error: not found }
    - { when: "world.orders[args.id].status == 'cancelled'", error: cancelled already }
    - { set: { "orders[args.id].status": cancelled }, return: done }
`,
    );
    const answers = [];
    for (const id of ["A", "A", "X", "B"]) answers.push((await ask("cancel", { id })).outcome);
    expect(answers).toMatchObject([
      { value: "done" },
      { message: "cancelled already" },
      { message: "not found" },
      { value: "done" },
    ]);
  });

  test.each([
    ["leads to nothing", '{ set: { "orders[args.id].status": x }, return: 1 }', "bad_world_change"],
    ["appends to no list", '{ append: { "orders.A": x }, return: 1 }', "bad_world_change"],
    ["has a key that is none", '{ set: { "orders[args.n]": x }, return: 1 }', "failed_expression"],
    ["reads what is not there", '{ when: "world.orders[args.id].status == 1", return: 1 }', "failed_expression"],
    ["is asked for no truth", "{ when: args.id, return: 1 }", "failed_expression"],
  ])("that %s makes the scenario errored, and changes nothing", async (_, rule, code) => {
    const { ask, world } = await stubs(orders, `{ change: [${rule}] }`);
    const before = world();
    const { problems, outcome, changes } = await ask("change", { id: "nobody", n: 1.5 });
    expect(problems).toMatchObject([{ kind: "input", code, place: { line: 3 } }]);
    expect(outcome.kind).toBe("error");
    expect(changes).toEqual([]);
    expect(world()).toBe(before);
  });

  test("changes all or nothing", async () => {
    const { ask, world } = await stubs(
      orders,
      '{ change: [{ set: { "orders.A.status": x, "nothing.there": 1 }, return: 1 }] }',
    );
    const before = world();
    expect((await ask("change")).problems).toMatchObject([{ code: "bad_world_change" }]);
    expect(world()).toBe(before);
  });
});

describe("a module", () => {
  test("reads the world and changes it in place, or puts another in its place", async () => {
    const { ask, world } = await stubs(
      "{ count: 1, list: [] }",
      "{ one: [{ module: ./one.ts }], other: [{ module: ./other.ts }] }",
      {
        "one.ts":
          "export default ({ by }, { world }) => { world.count += by; world.list.push({ by }); return world.count; };",
        "other.ts": "export default (args, context) => { context.world = { count: 0 }; };",
      },
    );
    const { outcome, changes } = await ask("one", { by: 2 });
    expect(outcome).toEqual({ kind: "result", value: 3 });
    expect(changes).toEqual([
      { kind: "set", path: ["count"], value: 3 },
      { kind: "append", path: ["list"], value: { by: 2 } },
    ]);
    expect(world()).toEqual({ count: 3, list: [{ by: 2 }] });
    await ask("other");
    expect(world()).toEqual({ count: 0 });
  });

  test("that throws, or leaves no world, has changed nothing", async () => {
    const { ask, world } = await stubs(
      "{ count: 1 }",
      "{ throws: [{ module: ./throws.ts }], breaks: [{ module: ./breaks.ts }] }",
      {
        "throws.ts": "export default (args, { world }) => { world.count = 2; throw new Error('out of stock'); };",
        "breaks.ts": "export default (args, context) => { context.world = 3; };",
      },
    );
    expect((await ask("throws")).outcome).toEqual({ kind: "error", message: "out of stock" });
    expect((await ask("breaks")).outcome).toMatchObject({
      kind: "error",
      message: expect.stringContaining("no longer an object") as string,
    });
    expect(world()).toEqual({ count: 1 });
  });

  test("is given none when the scenario has none", async () => {
    const handlers = createHandlers({
      root: await folder({ "scenarios/m.ts": "export default (args, context) => 'world' in context;" }),
      env: {},
      print: () => {},
    }).open({ scenario: "test", attempt: 1 });
    onTestFinished(async () => void (await handlers.close()));
    const context = {
      signal: new AbortController().signal,
      call: { name: "m", id: "1", number: 1 },
      turn: {},
      world: null,
    };
    expect(await handlers.runModule("scenarios/x.yaml", "./m.ts", {}, context)).toEqual({ value: false, world: null });
  });
});

test("calls that are made at once lose nothing: each has what those before it left", async () => {
  const { ask, world } = await stubs(
    "{ stock: 10, log: [] }",
    `
  buy: [{ module: ./buy.ts }]
  take: [{ set: { stock: "\${{ world.stock - 1.0 }}" }, append: { log: take }, return: "\${{ world.stock }}" }]
`,
    {
      // The first call takes the longest.
      "buy.ts": `export default async ({ rounds }, { world }) => {
  const { stock } = world;
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
  world.stock = stock - 1;
  world.log.push("buy");
  return world.stock;
};`,
    },
  );
  const answers = await Promise.all([
    ask("buy", { rounds: 50 }),
    ask("take"),
    ask("buy", { rounds: 5 }),
    ask("buy", { rounds: 0 }),
    ask("take"),
  ]);
  expect(answers.map(({ outcome }) => outcome)).toMatchObject([9, 8, 7, 6, 5].map((value) => ({ value })));
  expect(world()).toEqual({ stock: 5, log: ["buy", "take", "buy", "buy", "take"] });
});
