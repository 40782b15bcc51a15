import fc from "fast-check";
import { expect, test } from "vitest";
import { schemaFiles } from "../../src/project/schemas/files.ts";
import { Type } from "../../src/schema/builder.ts";
import { metaSchema } from "../../src/schema/meta-schema.ts";
import { strangeKeywords, type Schema } from "../../src/schema/schema.ts";
import { subschemas } from "../../src/schema/subschemas.ts";
import { violations, type Reporter } from "../../src/schema/walk.ts";

const ours = { ...schemaFiles, "json-schema": metaSchema };

test.each(Object.entries(ours))("the walker knows every keyword of %s", (_, schema) => {
  const all = subschemas(schema);
  expect(all.length).toBeGreaterThan(3);
  expect(all.flatMap((each) => strangeKeywords(each.schema as Schema))).toEqual([]);
});

test("a schema with a keyword that the walker does not know cannot be made, so the server has none", () => {
  expect(() => Type.String({ format: "email" })).toThrow('"format" would never be checked');
  expect(() => Type.Object({}, { propertyNames: { pattern: "x" } })).toThrow('"propertyNames.pattern"');
  expect(() => Type.Optional(Type.Number({ multipleOf: 2 }))).toThrow('"multipleOf"');
});

test("violations are looked for only as far as they are asked for", () => {
  const asked: string[] = [];
  const name = (kind: string) => () => (asked.push(kind), kind);
  const reporter: Reporter<string> = {
    wrongType: name("type"),
    unknownValue: name("value"),
    tooMany: name("many"),
    tooFew: name("few"),
    mismatch: name("pattern"),
    outOfRange: name("range"),
    repeated: name("repeated"),
    missingKey: name("missing"),
    unknownKey: name("unknown"),
    longKey: name("long"),
    union: () => [],
  };
  const schema: Schema = { type: "object", required: ["a"], properties: { b: { type: "string" } } };
  expect(violations(schema, { b: 1 }, reporter, { most: 1 })).toEqual(["missing"]);
  expect(asked).toEqual(["missing"]);
  expect(violations(schema, { b: 1 }, reporter)).toEqual(["missing", "type"]);
});

test("law: a value fits a schema exactly when there is no violation", () => {
  const key = fc.constantFrom("a", "b");
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("", "x", "xy", 0, 1, 2.5, true, null),
      fc.array(tie("any"), { maxLength: 2 }),
      fc.dictionary(key, tie("any"), { maxKeys: 2 }),
    ),
  })).any;
  const { any: schema } = fc.letrec<{ any: Schema }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Schema>(
        {},
        { type: "string", minLength: 1 },
        { type: "integer", maximum: 1 },
        { enum: ["x", 0, null] },
        { const: true },
      ),
      fc.record({ type: fc.constant("array"), items: tie("any"), uniqueItems: fc.boolean() }),
      fc.record({
        type: fc.constant("object"),
        properties: fc.dictionary(key, tie("any"), { maxKeys: 2 }),
        required: fc.subarray(["a", "b"]),
        additionalProperties: fc.oneof(fc.boolean(), tie("any")),
      }),
      fc.record({ anyOf: fc.array(tie("any"), { minLength: 1, maxLength: 2 }) }),
    ),
  }));
  const said = () => "no";
  const reporter: Reporter<string> = {
    wrongType: said,
    unknownValue: said,
    tooMany: said,
    tooFew: said,
    mismatch: said,
    outOfRange: said,
    repeated: said,
    missingKey: said,
    unknownKey: said,
    longKey: said,
    union: (_, branches) => (branches.some(({ check }) => check().length === 0) ? [] : ["no"]),
  };
  const fitting: Reporter<string> = { ...reporter, union: (_, [branch]) => (branch?.fits() === true ? [] : ["no"]) };
  fc.assert(
    fc.property(schema, value, (each, candidate) => {
      const isSound = violations(each, candidate, reporter).length === 0;
      expect(violations({ anyOf: [each] }, candidate, fitting).length === 0).toBe(isSound);
      expect(violations(each, candidate, reporter, { most: 1 })).toHaveLength(isSound ? 0 : 1);
    }),
  );
});
