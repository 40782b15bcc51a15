import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccessStep } from "../../../src/project/access.ts";
import { parseExpression } from "../../../src/project/expression.ts";
import { applyOperation, type Operation, type World } from "../../../src/scenarios/world/operations.ts";
import { shapeAfter, shapeOf, strayStep } from "../../../src/scenarios/world/shape.ts";

const key = fc.constantFrom("a", "b", "c");
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, 1, "x"),
    fc.array(tie("any"), { maxLength: 2 }),
    tie("object"),
  ),
  object: fc.dictionary(key, tie("any"), { maxKeys: 3, noNullPrototype: true }),
}));
/** A step as it is at run time, and whether the file says which one it is. */
const step = fc.record({
  concrete: fc.oneof({ weight: 3, arbitrary: key }, fc.constantFrom(0, 1)),
  isComputed: fc.boolean(),
});
const write = fc.record({
  kind: fc.constantFrom("set" as const, "append" as const),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  value: value.any,
});

const spot = { start: 0, end: 0 };
const written = ({ concrete, isComputed }: { concrete: string | number; isComputed: boolean }): AccessStep =>
  isComputed
    ? { kind: "computed", expression: parseExpression("args.id"), ...spot }
    : { kind: "key", key: concrete, ...spot };

/** Every path that is in a value. */
function pathsIn(part: unknown, path: (string | number)[] = []): (string | number)[][] {
  const inside = Array.isArray(part)
    ? part.flatMap((each, index) => pathsIn(each, [...path, index]))
    : typeof part === "object" && part !== null
      ? Object.entries(part).flatMap(([name, each]) => pathsIn(each, [...path, name]))
      : [];
  return [path, ...inside];
}

test("what is there when a scenario runs is never said to be missing", () => {
  fc.assert(
    fc.property(value.object, fc.array(write, { maxLength: 5 }), (declared, writes) => {
      const shape = shapeAfter(
        declared,
        writes.map(({ kind, steps, value }) => ({
          kind,
          steps: steps.map(written),
          value: shapeOf(value),
        })),
      );
      const world = writes.reduce<World>((now, { kind, steps, value }) => {
        const operation: Operation = { kind, path: steps.map(({ concrete }) => concrete), value };
        const applied = applyOperation(now, operation);
        return applied.kind === "applied" ? applied.world : now;
      }, declared as World);
      for (const path of pathsIn(world)) {
        const steps = path.map((each) => written({ concrete: each, isComputed: false }));
        expect(strayStep(shape, steps)).toBeNull();
      }
    }),
    { numRuns: 1000 },
  );
});

test("what nothing puts there is missing", () => {
  const name = (text: string): AccessStep => ({ kind: "name", name: text, ...spot });
  const any: AccessStep = { kind: "computed", expression: parseExpression("args.id"), ...spot };
  const shape = shapeAfter({ orders: { A: { status: "late" } }, refunds: [] }, [
    { kind: "append", steps: [name("refunds")], value: shapeOf({ order: "${{ args.id }}" }) },
    { kind: "set", steps: [name("tickets"), any], value: shapeOf({ open: true }) },
    { kind: "set", steps: [name("orders"), any, name("note")], value: shapeOf("x") },
  ]);
  const stray = (...steps: AccessStep[]) => strayStep(shape, steps)?.index ?? null;
  expect(stray(name("orders"), any, name("status"))).toBeNull();
  expect(stray(name("orders"), any, name("statsu"))).toBe(2);
  expect(stray(name("orders"), any, name("note"))).toBe(2);
  expect(stray(name("tickets"))).toBe(0);
  expect(stray(name("refunds"), any, name("order"), name("whatever"))).toBeNull();
  expect(stray(name("refunds"), any, name("orders"))).toBe(2);
});
