import fc from "fast-check";
import { expect, test } from "vitest";
import { declaredArguments, givenArguments, namedValues } from "../../../src/scenarios/coverage/arguments.ts";

test.each<[why: string, schema: unknown, names: string[]]>([
  ["properties", { type: "object", properties: { id: {}, note: {} } }, ["id", "note"]],
  ["objects inside", { properties: { to: { properties: { city: {} } } } }, ["to", "to.city"]],
  ["lists of objects", { properties: { items: { items: { properties: { id: {} } } } } }, ["items", "items[].id"]],
  ["alternatives", { anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, ["a", "b"]],
  ["a reference", { properties: { a: { $ref: "#/$defs/A" } }, $defs: { A: { properties: { b: {} } } } }, ["a", "a.b"]],
  ["a list of enums", { properties: { tags: { items: { enum: ["x"] } } } }, ["tags", "tags[]"]],
  ["no schema", undefined, []],
])("the arguments of %s", (_, schema, names) => {
  expect(declaredArguments(schema).map(({ name }) => name)).toEqual(names);
});

test("the values of an enum are known, also behind a reference", () => {
  const schema = { properties: { unit: { $ref: "#/$defs/Unit" } }, $defs: { Unit: { enum: ["c", "f"] } } };
  expect(declaredArguments(schema)).toEqual([{ name: "unit", at: ["properties", "unit"], values: ["c", "f"] }]);
});

test("a schema that refers to itself has the arguments of one round, however often it does", () => {
  const names = Array.from({ length: 30 }, (_, index) => `next${index}`);
  const properties = Object.fromEntries(names.map((name) => [name, { $ref: "#/$defs/Node" }]));
  const schema = { $defs: { Node: { properties } }, $ref: "#/$defs/Node" };
  expect(declaredArguments(schema).map(({ name }) => name)).toEqual(names);
});

const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("a", "b"));
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("any"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("x", "y"), tie("any")),
  ),
})).any;

test("law: the arguments of a call are named as those of a schema of the same shape", () => {
  const schemaOf = (of: unknown): unknown => {
    if (Array.isArray(of)) return { anyOf: of.map((each) => ({ items: schemaOf(each) })) };
    if (typeof of !== "object" || of === null) return { enum: [of] };
    return { properties: Object.fromEntries(Object.entries(of).map(([key, each]) => [key, schemaOf(each)])) };
  };
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("p", "q"), value), (args) => {
      const declared = new Map(declaredArguments(schemaOf(args)).map((each) => [each.name, each.values]));
      for (const given of givenArguments(args)) {
        if (typeof given.value !== "object") expect(declared.get(given.name)).toContain(given.value);
        else if (!given.name.endsWith("[]")) expect(declared.has(given.name)).toBe(true);
      }
    }),
  );
});

test.each<[pattern: unknown, named: [string, unknown][]]>([
  [{ unit: "c" }, [["unit", "c"]]],
  [
    { unit: { $oneOf: ["c", "f"] } },
    [
      ["unit", "c"],
      ["unit", "f"],
    ],
  ],
  [
    { $any: [{ unit: "c" }, { unit: "f" }] },
    [
      ["unit", "c"],
      ["unit", "f"],
    ],
  ],
  [{ items: [{ size: 2 }] }, [["items[].size", 2]]],
  [{ $ignore: true }, []],
])("%j names values", (pattern, named) => {
  expect(namedValues(pattern).map(({ name, value }) => [name, value])).toEqual(named);
});
