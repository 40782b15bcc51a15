import { expect, test } from "vitest";
import { AssistantFile } from "../../src/project/schemas/assistant.ts";
import { assistantFields } from "../../src/resources/assistant/fields.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { canonicalSchema } from "../../src/resources/json-schema.ts";
import { assistantFormat } from "../../src/targets/assistants/assistant-wire.ts";
import { canonicalFields } from "../../src/resources/canonical-fields.ts";

/** Keys of the YAML that are about the object's life, not parts of it. */
const lifecycle = new Set(["expressions", "protect", "ignore", "adopt"]);

test("the YAML, the table and the wire have the same fields", () => {
  const table = Object.keys(assistantFields);
  expect(Object.keys(AssistantFile.properties).filter((key) => !lifecycle.has(key))).toEqual(table);
  expect(Object.keys(assistantFormat.fromWire({ model: "m" }, {}) ?? {})).toEqual(table);
});

test("the value that clears a field is one that is not set", () => {
  const cleared = Object.fromEntries(Object.entries(assistantFields).map(([name, rule]) => [name, rule.cleared]));
  const { model: _model, ...rest } = canonicalFields(assistantKind, cleared);
  expect(Object.values(rest).every((value) => value === null)).toBe(true);
});

test.each([
  ["the order of required", { required: ["a", "b"] }, { required: ["b", "a"] }],
  ["one that is required twice", { required: ["a", "a"] }, { required: ["a"] }],
  ["nothing required", { required: [] }, {}],
  ["the order of types", { type: ["string", "null"] }, { type: ["null", "string"] }],
  [
    "a nested one",
    { properties: { required: { required: ["a", "b"] } } },
    { properties: { required: { required: ["b", "a"] } } },
  ],
  ["dependent ones", { dependentRequired: { a: ["b", "c"] } }, { dependentRequired: { a: ["c", "b"] } }],
  ["in branches", { anyOf: [{ required: ["a", "b"] }] }, { anyOf: [{ required: ["b", "a"] }] }],
])("the same schema: %s", (_, one, other) => {
  expect(canonicalSchema(one)).toEqual(canonicalSchema(other));
});

test.each([
  ["the order of an enum, which a model reads", { enum: ["a", "b"] }, { enum: ["b", "a"] }],
  ["data that looks like a keyword", { default: { required: ["a", "b"] } }, { default: { required: ["b", "a"] } }],
  ["branches", { anyOf: [{ type: "null" }, { type: "string" }] }, { anyOf: [{ type: "string" }, { type: "null" }] }],
])("not the same schema: %s", (_, one, other) => {
  expect(canonicalSchema(one)).not.toEqual(canonicalSchema(other));
});
