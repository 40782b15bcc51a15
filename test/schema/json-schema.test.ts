import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isError, schemaFindings } from "../../src/project/rules/schema.ts";
import { checkAgainstSchema, schemaFaults, schemaViolations } from "../../src/schema/json-schema.ts";
import { breachOfFormat } from "../../src/server/models/actions.ts";

const samples = [
  {
    type: "object",
    properties: { a: { type: ["string", "null"], minLength: 1 } },
    required: ["a"],
    additionalProperties: false,
  },
  {
    type: "array",
    items: { $ref: "#/$defs/x" },
    $defs: { x: { enum: [1, "a", null] } },
    uniqueItems: true,
    minItems: 1,
  },
  {
    anyOf: [{ const: 1 }, { type: "number", multipleOf: 2, minimum: 0 }],
    not: { type: "null" },
    if: true,

    else: false,
  },
  {
    patternProperties: { "^x-": { type: "string", pattern: "^\\-?\\d+$", format: "date" } },
    propertyNames: { maxLength: 5 },
  },
  {
    prefixItems: [{}, true],
    contains: { type: "integer" },
    minContains: 1,
    dependentRequired: { a: ["b"] },
    dependentSchemas: { a: {} },
  },
  {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "t",
    definitions: { a: true },
    $ref: "#/definitions/a",
    examples: [1],
  },
];
const junks: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  2.5,
  "",
  "x",
  "string",
  "(",
  "^(?=a)",
  "#",
  "#/$defs/x",
  "#/%",
  [],
  ["a", "a"],
  [1],
  {},
  { a: 1 },
  [{}],
  { a: {} },
];
const junk = fc.constantFrom(...junks);
const keywords = [
  "type",
  "enum",
  "const",
  "items",
  "properties",
  "required",
  "pattern",
  "patternProperties",
  "$ref",
  "$id",
  "$anchor",
  "$dynamicRef",
  "$schema",
  "multipleOf",
  "minimum",
  "exclusiveMaximum",
  "maxLength",
  "minItems",
  "uniqueItems",
  "anyOf",
  "allOf",
  "not",
  "if",
  "prefixItems",
  "format",
  "dependentRequired",
  "unevaluatedItems",
  "contentSchema",
  "$defs",
  "deprecated",
  "unknownKeyword",
  "dependencies",
  "additionalItems",
  "nullable",
];
const keyword = fc.constantFrom(...keywords);
const schemas = fc.tuple(fc.constantFrom(...samples), keyword, junk, fc.nat()).map(([sample, key, value, at]) => {
  const copy: Record<string, unknown> = structuredClone(sample);
  const inside = [copy, ...Object.values(copy)].filter(
    (each) => typeof each === "object" && each !== null && !Array.isArray(each),
  );
  Object.assign(inside[at % inside.length] ?? copy, { [key]: value });
  return copy;
});

describe("one engine", () => {
  test.each(samples)("takes %j", (schema) => {
    expect(schemaFindings(schema, [])).toEqual([]);
    expect(schemaFaults(schema)).toBeNull();
  });

  test("law: what validate takes can be run, and what cannot be run is found by validate", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const fault = schemaFaults(schema);
        expect([schemaFindings(schema, []).some(isError), fault]).toEqual([fault !== null, fault]);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [{ pattern: "^\\-?\\d+$" }, "-12", "12x"],
    [{ $schema: "http://json-schema.org/draft-07/schema#", type: "integer" }, 1, "1"],
    [{ $id: "https://example.com/x", $ref: "#/$defs/n", $defs: { n: { type: "null" } } }, null, 1],
  ])("%j has the same outcome in validate, test and the server", (schema, good, bad) => {
    const format = { type: "json_schema", json_schema: { name: "n", schema } };
    expect(schemaFindings(schema, [])).toEqual([]);
    expect([schemaViolations(schema, good), breachOfFormat(JSON.stringify(good), format)]).toEqual([[], null]);
    expect(schemaViolations(schema, bad)).toHaveLength(1);
    expect(breachOfFormat(JSON.stringify(bad), format)).toContain("does not match");
  });

  test("a pattern with lookahead holds for everything, and validate warns", () => {
    const schema = { type: "string", pattern: "^(?=.*\\d)" };
    expect(schemaFindings(schema, []).map(({ code }) => code)).toEqual(["unchecked_pattern"]);
    expect(schemaFindings(schema, [], { isExpectation: true }).map(({ code }) => code)).toEqual(["bad_regex"]);
    expect(schemaViolations(schema, "x")).toEqual([]);
  });
});

describe("ends", () => {
  const long = "a".repeat(50_000);
  test("a pattern and a text for which a backtracking engine takes years", () => {
    expect(schemaViolations({ type: "string", pattern: "^(a+)+$" }, `${long}!`)).toHaveLength(1);
    expect(
      schemaViolations({ additionalProperties: false, patternProperties: { "^(a+)+$": {} } }, { [`${long}!`]: 1 }),
    ).toHaveLength(1);
  });

  test("a schema that refers to itself without end", () => {
    expect(checkAgainstSchema({ $ref: "#" }, 1)).toMatchObject({ kind: "broken" });
  });

  test("references that double at each level of a value", () => {
    const schema = {
      anyOf: [{ type: "array", items: { $ref: "#" } }, { type: "array", items: { $ref: "#" } }, { type: "null" }],
    };
    const nested = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner], 1);
    expect(checkAgainstSchema(schema, nested)).toMatchObject({
      kind: "broken",
      message: expect.stringContaining("references"),
    });
    expect(checkAgainstSchema(schema, [[[null]]])).toEqual({ kind: "fits" });
  });

  test("a value that is nested deeper than the stack", () => {
    const nested: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    expect(checkAgainstSchema({ items: { $ref: "#" } }, nested)).toMatchObject({ kind: "broken" });
  });

  test("a list of which no item may be there twice", () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    expect(schemaViolations({ uniqueItems: true }, items)).toEqual([]);
    expect(schemaViolations({ uniqueItems: true }, [...items, { index: 7 }])).toEqual([
      "the value must NOT have duplicate items",
    ]);
  });
});
