import fc from "fast-check";
import { expect, test } from "vitest";
import { isObject } from "../../../src/kit/json.ts";
import { changesOf } from "../../../src/scenarios/mutation/values.ts";
import { match } from "../../../src/scenarios/matcher/match.ts";
import { schemaViolations } from "../../../src/schema/json-schema.ts";

const value = fc
  .jsonValue({ noUnicodeString: false, maxDepth: 3 })
  .filter((each) => !JSON.stringify(each).includes("$"));

/** How many leaves differ; a list that is shorter counts once. */
function differences(one: unknown, other: unknown): number {
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return 1;
    return one.reduce<number>((sum, each, index) => sum + differences(each, other[index]), 0);
  }
  if (isObject(one) && isObject(other)) {
    return Object.keys({ ...one, ...other }).reduce((sum, key) => sum + differences(one[key], other[key]), 0);
  }
  return Object.is(one, other) ? 0 : 1;
}

test("law: a changed value differs from the value in exactly one place", () => {
  fc.assert(
    fc.property(value, (original) => {
      for (const { value: changed } of changesOf(original)) expect(differences(original, changed)).toBe(1);
    }),
  );
});

test("law: who expects the whole answer notices every change of it", () => {
  fc.assert(
    fc.property(value, (original) => {
      for (const { value: changed } of changesOf(original))
        expect(match(original, changed, { exact: true })).not.toEqual([]);
    }),
  );
});

test("law: everything that is not an expression and not empty can be changed", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer(), fc.boolean()), (leaf) => {
      expect(changesOf({ a: [leaf] }).map(({ path }) => path.join("."))).toEqual(["a.0", "a"]);
    }),
  );
});

test.each<[before: unknown, after: unknown]>([
  [22.79, 23.79],
  ["42", "43"],
  ["2026-11-26", "2027-11-26"],
  ["2026-11-26T10:00:00Z", "2027-11-26T10:00:00Z"],
  ["late", "changed"],
  ["changed", "other"],
  [true, false],
  [null, "changed"],
])("%j becomes %j", (before, after) => {
  expect(changesOf(before)).toEqual([{ path: [], before, after, value: after }]);
});

test("a change keeps to the schema: another value of the enum, or none where nothing else is allowed", () => {
  const schema = {
    type: "object",
    properties: { unit: { enum: ["c", "f"] }, kind: { const: "x" }, count: { type: "integer", maximum: 5 } },
  };
  const changed = changesOf({ unit: "c", kind: "x", count: 5 }, schema);
  expect(changed.map(({ value: each }) => each)).toEqual([
    { unit: "f", kind: "x", count: 5 },
    { unit: "c", kind: "x", count: 4 },
  ]);
  for (const { value: each } of changed) expect(schemaViolations(schema, each)).toEqual([]);
});

test("what an expression gives stays", () => {
  expect(changesOf({ a: "${{ args.id }}", b: 1 }).map(({ path }) => path)).toEqual([["b"]]);
});
