import { describe, expect, test } from "vitest";
import { accessesOf, evaluatePath, parsePath, type AccessStep } from "../../src/project/access.ts";
import { ExpressionError } from "../../src/project/expression.ts";

const brief = (step: AccessStep) =>
  step.kind === "name" ? step.name : step.kind === "key" ? [step.key] : step.expression.source;

describe("a path", () => {
  test.each([
    ["refunds", ["refunds"]],
    ["orders[args.id].status", ["orders", "args.id", "status"]],
    ['["two words"][0].x', [["two words"], [0], "x"]],
    ["orders[world.last.id]", ["orders", "world.last.id"]],
    ["a[b[c]].d", ["a", "b[c]", "d"]],
  ])("%s", (text, steps) => {
    const parsed = parsePath(text);
    expect(parsed.map(brief)).toEqual(steps);
    for (const step of parsed) {
      const span = text.slice(step.start, step.end);
      expect(span).toBe(
        step.kind === "computed" ? step.expression.source : step.kind === "name" ? step.name : JSON.stringify(step.key),
      );
    }
  });

  test.each(["", "orders[", "orders.", "orders + 1", "orders.size()", "orders.?x", "orders.x-1", "a b", "3"])(
    "%s is none",
    (text) => {
      expect(() => parsePath(text)).toThrow(ExpressionError);
    },
  );

  test("has keys and indexes in a scope", () => {
    expect(evaluatePath(parsePath("orders[args.id].items[args.n + 1]"), { args: { id: "A", n: 1 } })).toEqual([
      "orders",
      "A",
      "items",
      2,
    ]);
  });

  test.each([["1.5"], ["true"], ["null"], ["{}"]])("cannot have %s for a key", (key) => {
    expect(() => evaluatePath(parsePath("orders[args.id]"), { args: { id: JSON.parse(key) as unknown } })).toThrow(
      "not a key",
    );
  });
});

test.each([
  ["world.orders[args.id].status == 'late'", [["orders", "args.id", "status"]]],
  ["has(world.orders.x) && !(args.id in world.gone)", [["orders"], ["gone"]]],
  ["world.?orders.x", [[]]],
  ["world.orders.all(k, world.orders[k].total > 1)", [["orders"], ["orders", "k", "total"]]],
  ["world.orders[world.last].x", [["orders", "world.last", "x"], ["last"]]],
  ["args.world.x", []],
  ["[1].map(world, world.x)", []],
  ["world", [[]]],
])("%s reads of the world", (source, reads) => {
  expect(accessesOf(source, "world").map((steps) => steps.map(brief))).toEqual(reads);
});
