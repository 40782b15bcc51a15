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
  const found = violations(schema, { b: 1 }, reporter)[Symbol.iterator]();
  expect(found.next().value).toBe("missing");
  expect(asked).toEqual(["missing"]);
  expect(found.next().value).toBe("type");
  expect(found.next().done).toBe(true);
});
