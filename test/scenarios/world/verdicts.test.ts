import { describe, expect, test } from "vitest";
import { judge } from "../../../src/scenarios/judge.ts";
import { hasFailedGate } from "../../../src/scenarios/verdict.ts";
import { embedded, play } from "../embedded.ts";
import { recordOf, scenario, turn } from "../scenario.ts";

const yaml = `
assistant: a
vars: { id: A }
world: { orders: { A: { status: late, owner: "\${{ vars.id }}" } }, refunds: [] }
tools:
  refund:
    - set: { "orders[args.id].status": refunded }
      append: { refunds: { order: "\${{ args.id }}" } }
      return: { ok: true }
  lookup: [{ return: "\${{ world.orders[args.id] }}" }]
turns:
  - user: Where is it? (\${{ world.orders.A.status }})
    script: [{ call: lookup, with: { id: A } }, { say: "It is \${{ tools.lookup.result.status }}." }]
    expect:
      world: { refunds: [] }
      reply: { contains: "\${{ world.orders.A.status }}" }
  - user: Money back (\${{ size(world.refunds) }})
    script: [{ call: refund, with: { id: A } }, { say: Done. }]
    expect:
      world: { orders: { A: { status: refunded, owner: A } }, refunds: [{ order: A }] }
expect:
  world: { refunds: [{ order: "\${{ vars.id }}" }] }
  check: world.orders.A.status == "refunded"
`;

describe("the world of a scenario", () => {
  test("is read and changed turn by turn, and its end is expected", async () => {
    const result = await play(yaml);
    expect(result).toMatchObject({ status: "passed", problems: [] });
    expect(result.record?.turns.map(({ user }) => user)).toEqual(["Where is it? (late)", "Money back (0)"]);
  });

  test("is in the record: before, after every turn, and what each call changed", async () => {
    const { record } = await play(yaml);
    const late = { orders: { A: { status: "late", owner: "A" } }, refunds: [] };
    const refunded = { orders: { A: { status: "refunded", owner: "A" } }, refunds: [{ order: "A" }] };
    expect(record?.world).toEqual(late);
    expect(record?.turns.map(({ world }) => world)).toEqual([late, refunded]);
    expect(record?.turns.flatMap(({ calls }) => calls.map(({ changes }) => changes))).toEqual([
      undefined,
      [
        { kind: "set", path: ["orders", "A", "status"], value: "refunded" },
        { kind: "append", path: ["refunds"], value: { order: "A" } },
      ],
    ]);
  });

  test("a stored record gives the same verdicts", async () => {
    const { record, verdicts } = await play(yaml);
    const stored = JSON.parse(JSON.stringify(record)) as NonNullable<typeof record>;
    const again = judge(stored, scenario(yaml)).map((verdict) => Object.assign(verdict, { place: null }));
    expect(again).toEqual(verdicts);
  });

  test("starts from the beginning in every run", async () => {
    const counting = scenario(`
assistant: a
world: { count: 0.0 }
tools: { lookup: [{ set: { count: "\${{ world.count + 1 }}" }, return: "\${{ world.count }}" }] }
turns:
  - user: count
    script: [{ call: lookup, with: {} }, { say: "\${{ tools.lookup.result }}" }]
    expect: { world: { count: 1 } }
`);
    const { run } = await embedded([counting]);
    const results = await run([counting, counting]);
    expect(results.map(({ status }) => status)).toEqual(["passed", "passed"]);
  });
});

describe("an expected world", () => {
  const expecting = (pattern: string) =>
    scenario(`assistant: a\nworld: { a: { b: [1, 2] }, c: 3 }\nturns: [{ user: hi, expect: { world: ${pattern} } }]`);
  const judged = (pattern: string, world: Record<string, unknown>) =>
    judge(recordOf(turn({ reply: "x", world })), expecting(pattern)).filter(({ subject }) => subject === "world");

  test("is expected as far as it is written", () => {
    expect(hasFailedGate(judged("{ a: { b: [1, { $gt: 1 }] } }", { a: { b: [1, 2], x: 1 }, c: 4 }))).toBe(false);
  });

  test("is missed at the place where it is written, with the whole difference", () => {
    expect(judged("{ a: { b: [1, 3] }, c: 3 }", { a: { b: [1, 2] }, c: 4 })).toMatchObject([
      {
        pass: false,
        path: ["turns", 0, "expect", "world", "a", "b", 1],
        sentence: "the world is not as expected: a.b[1]: expected 3, got 2; c: expected 3, got 4",
        shows: "difference",
      },
    ]);
    const [shorter] = judged("{ a: { b: [] } }", { a: { b: [1] } });
    expect(shorter).toMatchObject({ path: ["turns", 0, "expect", "world", "a", "b"] });
  });

  test("may be worth a warning only", () => {
    expect(judged("{ c: 3, severity: warn }", { c: 4 })).toMatchObject([{ pass: false, severity: "warn" }]);
  });
});

describe("others that are unchanged", () => {
  const begins = { orders: { A: { status: "late", total: 3 }, B: { status: "paid", total: 4 } }, refunds: [1] };
  const expecting = (pattern: string, more = "") =>
    scenario(
      `assistant: a\nworld: ${JSON.stringify(begins)}\nturns: [{ user: hi, expect: { world: ${pattern} } }]\n${more}`,
    );
  const missesOf = (pattern: string, world: Record<string, unknown>) =>
    judge(recordOf(turn({ reply: "x", world })), expecting(pattern))
      .filter(({ subject, pass }) => subject === "world" && !pass)
      .map(({ sentence }) => sentence);
  const after = (change: (world: typeof begins) => unknown) => {
    const copy = structuredClone(begins);
    change(copy);
    return copy;
  };

  test("hold when nothing changed but what is written", () => {
    const cancelled = after(({ orders }) => (orders.A.status = "cancelled"));
    const pattern = "{ orders: { A: { status: cancelled } }, $others: unchanged }";
    expect(missesOf("{ $others: unchanged }", begins)).toEqual([]);
    expect(missesOf(pattern, cancelled)).toEqual([]);
    expect(missesOf("{ $others: unchanged }", cancelled)).toEqual([
      'the world changed unexpectedly: orders.A.status = "cancelled"',
    ]);
    expect(
      missesOf(
        pattern,
        after(({ orders, refunds }) => [(orders.A.status = "cancelled"), refunds.push(2)]),
      ),
    ).toEqual(["the world changed unexpectedly: refunds += 2"]);
    expect(
      missesOf(
        pattern,
        after(({ orders }) => Object.assign(orders, { A: { status: "cancelled" }, C: {} })),
      ),
    ).toEqual(["the world changed unexpectedly: orders.A.total removed; orders.C = {}"]);
  });

  test("are held against the turn before, and of a conversation against its begin", () => {
    const changed = after(({ orders }) => (orders.B.status = "sent"));
    const one = expecting("{ $others: unchanged }", "expect: { world: { $others: unchanged } }");
    const both = {
      ...one,
      turns: [
        { ...one.turns[0]!, expectations: [] },
        { ...one.turns[0]!, number: 2 },
      ],
    };
    const record = recordOf(turn({ reply: "x", world: changed }), turn({ reply: "y", world: changed }));
    const verdicts = judge(record, both).filter(({ subject }) => subject === "world");
    expect(verdicts.map(({ turn, pass }) => ({ turn, pass }))).toEqual([
      { turn: 2, pass: true },
      { turn: null, pass: false },
    ]);
  });
});
