import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../src/scenarios/world/changes.ts";
import {
  applyAll,
  applyOperation,
  valueAt,
  type Operation,
  type World,
} from "../../../src/scenarios/world/operations.ts";

const key = fc.constantFrom("a", "b", "c", "__proto__", "length");
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, 0, 1, "x", true),
    fc.array(tie("any"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(key, tie("any"), { maxKeys: 3, noNullPrototype: true }),
}));
const world = value.object as fc.Arbitrary<World>;
const path = fc.array(fc.oneof({ weight: 3, arbitrary: key }, fc.constantFrom(0, 1, 2)), {
  minLength: 1,
  maxLength: 3,
});
const operation = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), path, value: value.any }),
  fc.record({ kind: fc.constant("append" as const), path, value: value.any }),
  fc.record({ kind: fc.constant("remove" as const), path }),
) as fc.Arbitrary<Operation>;

/** The world after an operation that is known to apply. */
function after(before: World, ...operations: Operation[]): World {
  const result = applyAll(before, operations);
  if (result.kind === "problem") throw new Error(result.message);
  return result.world;
}

const isApplied = (before: World, each: Operation) => applyOperation(before, each).kind === "applied";

describe("laws of an operation", () => {
  test("it is applied, or is a problem in words; the world before is as it was", () => {
    fc.assert(
      fc.property(world, operation, (before, each) => {
        const copy = structuredClone(before);
        const result = applyOperation(before, each);
        expect(before).toEqual(copy);
        if (result.kind === "problem") expect(result.message).toMatch(/^(set|append|remove) .+: ./);
      }),
    );
  });

  test("what is set is there, and setting it again changes nothing", () => {
    fc.assert(
      fc.property(world, path, value.any, (before, where, what) => {
        const set: Operation = { kind: "set", path: where, value: what };
        fc.pre(isApplied(before, set));
        const once = after(before, set);
        expect(valueAt(once, where)).toEqual(what);
        expect(after(once, set)).toEqual(once);
      }),
    );
  });

  test("setting what is there already changes nothing", () => {
    fc.assert(
      fc.property(world, path, (before, where) => {
        const there = valueAt(before, where);
        fc.pre(there !== undefined);
        expect(after(before, { kind: "set", path: where, value: there })).toEqual(before);
      }),
    );
  });

  test("a list that is appended to is one longer, and its beginning is the same", () => {
    fc.assert(
      fc.property(world, fc.array(value.any), value.any, (before, list, what) => {
        const there = after(before, { kind: "set", path: ["list"], value: list });
        const longer = after(there, { kind: "append", path: ["list"], value: what });
        expect(valueAt(longer, ["list"])).toEqual([...list, what]);
      }),
    );
  });

  test("what is removed is gone; removing what is not there changes nothing", () => {
    fc.assert(
      fc.property(world, path, (before, where) => {
        const remove: Operation = { kind: "remove", path: where };
        const once = after(before, remove);
        if (typeof where.at(-1) === "string") {
          expect(valueAt(once, where)).toBeUndefined();
          expect(after(once, remove)).toEqual(once);
        }
        if (valueAt(before, where) === undefined) expect(once).toEqual(before);
      }),
    );
  });

  test("a key that was set where nothing was is undone by removing it", () => {
    fc.assert(
      fc.property(world, value.any, (before, what) => {
        fc.pre(!Object.hasOwn(before, "new"));
        const set = after(before, { kind: "set", path: ["new"], value: what });
        expect(after(set, { kind: "remove", path: ["new"] })).toEqual(before);
      }),
    );
  });

  test("the order of operations on paths of which none leads to the other does not matter", () => {
    fc.assert(
      fc.property(world, operation, operation, (before, one, other) => {
        fc.pre(isApplied(before, one) && isApplied(before, other) && areApart(one, other));
        expect(after(before, one, other)).toEqual(after(before, other, one));
      }),
    );
  });

  test("what it is not about is the same value as before", () => {
    fc.assert(
      fc.property(world, operation, (before, each) => {
        fc.pre(isApplied(before, each));
        const [own] = each.path;
        const now = after(before, each);
        for (const name of Object.keys(before)) if (name !== own) expect(valueAt(now, [name])).toBe(before[name]);
      }),
    );
  });
});

/** Paths that part at a key of an object: indexes move when an element is removed. */
function areApart(one: Operation, other: Operation): boolean {
  const at = one.path.findIndex((step, index) => step !== other.path[index]);
  return at !== -1 && at < other.path.length && typeof one.path[at] === "string" && typeof other.path[at] === "string";
}

test("operations are applied all or none", () => {
  const before = { orders: { A: { status: "late" } } };
  const result = applyAll(before, [
    { kind: "set", path: ["orders", "A", "status"], value: "cancelled" },
    { kind: "append", path: ["refunds"], value: 1 },
  ]);
  expect(result).toEqual({ kind: "problem", message: 'append refunds: there is no refunds; the keys are "orders"' });
});

test.each<[string, Operation, string]>([
  [
    "a key on the way",
    { kind: "set", path: ["orders", "B", "status"], value: 1 },
    'set orders.B.status: there is no orders.B; the keys are "A"',
  ],
  [
    "an index",
    { kind: "set", path: ["list", 3], value: 1 },
    "set list[3]: there is no list[3]: the list has 2 elements",
  ],
  [
    "a key of a list",
    { kind: "set", path: ["list", "x"], value: 1 },
    'set list.x: list is not an object, so it has no "x": it is [1,2]',
  ],
  [
    "an index of an object",
    { kind: "append", path: ["orders", 0], value: 1 },
    'append orders[0]: orders is not a list, so it has no [0]: it is {"A":{}}',
  ],
  [
    "what is not a list",
    { kind: "append", path: ["orders"], value: 1 },
    'append orders: orders is not a list: {"A":{}}',
  ],
])("%s that is not there is named", (_, operation, message) => {
  expect(applyOperation({ orders: { A: {} }, list: [1, 2] }, operation)).toEqual({ kind: "problem", message });
});

describe("changes between two worlds", () => {
  test("make the second of the first, and there are none between equal ones", () => {
    fc.assert(
      fc.property(world, world, (before, next) => {
        expect(after(before, ...changesBetween(before, next))).toEqual(next);
        expect(changesBetween(before, structuredClone(before))).toEqual([]);
      }),
    );
  });

  test("are as small as the difference", () => {
    const before = { orders: { A: { status: "late", total: 3 } }, refunds: [1], gone: 1 };
    const next = { orders: { A: { status: "cancelled", total: 3 } }, refunds: [1, { of: "A" }] };
    expect(changesBetween(before, next)).toEqual([
      { kind: "remove", path: ["gone"] },
      { kind: "set", path: ["orders", "A", "status"], value: "cancelled" },
      { kind: "append", path: ["refunds"], value: { of: "A" } },
    ]);
  });
});
