import fc from "fast-check";
import { expect, test } from "vitest";
import { misfitsOf } from "../../../src/scenarios/rules/argument-fit.ts";
import { match } from "../../../src/scenarios/matcher/match.ts";
import { checkAgainstSchema } from "../../../src/schema/json-schema.ts";
import { times } from "../../times.ts";

const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const text = { type: "string" };
const maybe = { anyOf: [{ type: "integer" }, { type: "null" }] };
const address = object({ city: text, zip: { type: ["string", "null"] } });
const tree = {
  ...object({ root: { $ref: "#/$defs/node" } }),
  $defs: { node: object({ name: text, children: { type: "array", items: { $ref: "#/$defs/node" } } }) },
};
const shapes = {
  oneOf: [object({ kind: { const: "circle" }, radius: { type: "number" } }), object({ kind: { const: "dot" } })],
};
const parts = { allOf: [object({ a: text }), object({ b: text })] };

test.each<[schema: unknown, pattern: unknown, misfits: string[]]>([
  [object({ id: text }), { id: "A" }, []],
  [object({ id: text }), { id: 1 }, ["wrong_type id"]],
  [object({ id: text }), { id: null }, ["wrong_type id"]],
  [object({ id: text }), { id: "${{ vars.id }}" }, []],
  [object({ n: { type: "number" } }), { n: "${{ vars.n }}" }, []],
  [object({ n: { type: "integer" } }), { n: 2 }, []],
  [object({ n: { type: "integer" } }), { n: 2.5 }, ["wrong_type n"]],
  [object({ n: maybe }), { n: null }, []],
  [object({ n: maybe }), { n: 3 }, []],
  [object({ n: maybe }), { n: "3" }, ["wrong_type n"]],
  [object({ unit: { enum: ["c", "f", null] } }), { unit: null }, []],
  [object({ unit: { enum: ["c", "f"] } }), { unit: "k" }, ["unknown_value unit"]],
  [object({ unit: { anyOf: [{ const: "c" }, { const: "f" }] } }), { unit: "k" }, ["unknown_value unit"]],
  [object({ to: address }), { to: { zip: null } }, []],
  [object({ to: address }), { to: { zip: 80331 } }, ["wrong_type to.zip"]],
  [object({ to: address }), { to: { cty: "x" } }, ["unknown_name to.cty"]],
  [object({ to: address }), { to: { other: { $exists: false } } }, []],
  [object({ to: address }), { to: "Munich" }, ["wrong_type to"]],
  [object({ ids: { type: "array", items: text } }), { ids: ["A", 1] }, ["wrong_type ids.1"]],
  [object({ ids: { type: "array", items: text } }), { ids: { $contains: "A" } }, []],
  [object({ id: text }), { id: { $regex: "^A" } }, []],
  [object({ id: { type: "integer" } }), { id: { $regex: "^A" } }, ["wrong_type id"]],
  [object({ id: text }), { id: { $gt: 3 } }, ["wrong_type id"]],
  [object({ id: { type: "integer" } }), { id: { $gt: 3 } }, []],
  [object({ id: text }), { id: { $oneOf: [1, 2] } }, ["wrong_type id"]],
  [object({ id: text }), { id: { $oneOf: [1, "A"] } }, []],
  [object({ id: text }), { id: { $not: 1 } }, []],
  [object({ id: text }), { id: { $any: true } }, []],
  [tree, { root: { children: [{ name: "a" }, { name: 1 }] } }, ["wrong_type root.children.1.name"]],
  [tree, { root: { chldren: [] } }, ["unknown_name root.chldren"]],
  [object({ shape: shapes }), { shape: { kind: "circle", radius: 1 } }, []],
  [object({ shape: shapes }), { shape: { kind: "circle", radius: "1" } }, ["wrong_type shape.radius"]],
  [parts, { a: "1", b: "2", c: 3 }, []],
  [parts, { a: 1 }, ["wrong_type a"]],
  [object({ id: text }, { additionalProperties: true }), { other: 1 }, []],
  [object({ id: { $ref: "https://example.com/schema" } }), { id: 1 }, []],
  [object({ id: { $ref: "#/properties/id" } }), { id: 1 }, []],
  [undefined, { id: 1 }, []],
  [object({ id: {} }), { id: 1 }, []],
])("%j and %j", (schema, pattern, misfits) => {
  const found = misfitsOf(pattern, schema);
  expect(found.map(({ kind, path }) => `${kind} ${path.join(".")}`)).toEqual(misfits);
});

/** Schemas of every form that is looked at, and some keywords that are not. */
const { schema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<object>(
      {},
      text,
      { type: "integer" },
      { type: ["number", "null"] },
      { type: "string", minLength: 2 },
    ),
    fc.record({ enum: fc.array(fc.constantFrom("a", 1, null, true), { minLength: 1 }) }),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
    fc.record({ type: fc.constant("array"), items: tie("schema") }),
    fc.record({
      type: fc.constant("object"),
      properties: fc.dictionary(fc.constantFrom("a", "b"), tie("schema")),
      additionalProperties: fc.constant(false),
    }),
  ),
}));
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("a", "bc", 1, 1.5, null, true),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
  ),
})).value;

test("what a schema allows is never a misfit, and neither is a pattern that matches it", () => {
  fc.assert(
    fc.property(schema, value, value, (allowing, actual, pattern) => {
      fc.pre(checkAgainstSchema(allowing, actual).kind === "fits");
      expect(misfitsOf(actual, allowing)).toEqual([]);
      if (match(pattern, actual).length === 0) expect(misfitsOf(pattern, allowing)).toEqual([]);
    }),
    { numRuns: times(150) },
  );
});
