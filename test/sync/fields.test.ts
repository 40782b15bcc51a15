import fc from "fast-check";
import { expect, test } from "vitest";
import type { AssistantSpec, FunctionToolSpec, ToolSpec } from "../../src/resources/assistant/spec.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { fields } from "./arbitrary.ts";
import { emptySpec } from "./project.ts";
import { canonicalJson } from "../../src/kit/json.ts";
import { hashOf } from "../../src/kit/hash.ts";
import { canonicalFields, fieldHashes, movedFields } from "../../src/resources/canonical-fields.ts";

const weather: FunctionToolSpec = {
  kind: "function",
  name: "get_weather",
  description: null,
  parameters: null,
  strict: false,
};
const search: ToolSpec = { kind: "file_search", vectorStores: [], maxNumResults: null, rankingOptions: null };
const code: ToolSpec = { kind: "code_interpreter", files: [] };
const format = { name: "f", description: null, strict: true, schema: {} };
const moved = (one: Partial<AssistantSpec>, other: Partial<AssistantSpec>) =>
  movedFields(
    assistantKind,
    fieldHashes(assistantKind, { ...emptySpec, ...one }),
    fieldHashes(assistantKind, { ...emptySpec, ...other }),
  );

test.each<[string, Partial<AssistantSpec>, Partial<AssistantSpec>]>([
  ["the API's temperature and none", { temperature: 1 }, { temperature: null }],
  ["the API's top_p and none", { top_p: 1 }, { top_p: null }],
  ["no description and an empty one", { description: "" }, { description: null }],
  ["no instructions and empty ones", { instructions: "" }, { instructions: null }],
  ["line ends", { instructions: "a\r\nb\r\n" }, { instructions: "a\nb\n" }],
  ["the order of tools", { tools: [code, weather] }, { tools: [weather, code] }],
  ["no parameters and empty ones", { tools: [weather] }, { tools: [{ ...weather, parameters: {} }] }],
  [
    "no parameters and none by name",
    { tools: [weather] },
    { tools: [{ ...weather, parameters: { properties: {}, type: "object" } }] },
  ],
  ["a tool's empty description", { tools: [weather] }, { tools: [{ ...weather, description: "" }] }],
  [
    "the order of a schema's keys",
    { tools: [{ ...weather, parameters: { type: "object", properties: { a: {} } } }] },
    { tools: [{ ...weather, parameters: { properties: { a: {} }, type: "object" } }] },
  ],
  [
    "what file search does by itself",
    { tools: [search] },
    { tools: [{ ...search, maxNumResults: 20, rankingOptions: { ranker: "default_2024_08_21", score_threshold: 0 } }] },
  ],
  ["the order of files", { tools: [{ ...code, files: ["a", "b"] }] }, { tools: [{ ...code, files: ["b", "a"] }] }],
  [
    "a format's empty description",
    { response_format: { json_schema: format } },
    { response_format: { json_schema: { ...format, description: "" } } },
  ],
  ["the order of metadata", { metadata: { a: "1", b: "2" } }, { metadata: { b: "2", a: "1" } }],
])("the same: %s", (_, one, other) => {
  expect(moved(one, other)).toEqual([]);
});

test.each<[Partial<AssistantSpec>, Partial<AssistantSpec>, string[]]>([
  [{ temperature: 0 }, { temperature: null }, ["temperature"]],
  [{ instructions: "a" }, { instructions: "a\n" }, ["instructions"]],
  [{ response_format: "text" }, { response_format: "auto" }, ["response_format"]],
  [{ tools: [weather] }, { tools: [{ ...weather, strict: true }] }, ["tools"]],
  [{ tools: [weather] }, { tools: [weather, weather] }, ["tools"]],
  [
    { tools: [{ ...weather, parameters: { enum: ["a", "b"] } }] },
    { tools: [{ ...weather, parameters: { enum: ["b", "a"] } }] },
    ["tools"],
  ],
  [{ tools: [search] }, { tools: [{ ...search, maxNumResults: 5 }] }, ["tools"]],
  [{ metadata: { a: "" } }, { metadata: {} }, ["metadata.a"]],
  [
    { metadata: { b: "1", a: "1" } },
    { name: "x", metadata: { c: "1" } },
    ["name", "metadata.a", "metadata.b", "metadata.c"],
  ],
])("not the same: %j and %j", (one, other, expected) => {
  expect(moved(one, other)).toEqual(expected);
  expect(moved(other, one)).toEqual(expected);
});

test("a spec equals itself however often it is put into canonical form", () => {
  fc.assert(
    fc.property(fields, (each) => {
      const spec = { ...emptySpec, ...each };
      expect(moved(spec, structuredClone(spec))).toEqual([]);
      expect(canonicalJson(canonicalFields(assistantKind, spec))).toBe(
        canonicalJson(JSON.parse(canonicalJson(canonicalFields(assistantKind, spec)))),
      );
    }),
  );
});

test("the order of keys is nothing to a hash, the order of a list is something", () => {
  expect(hashOf({ a: 1, b: [1, 2] })).toBe(hashOf({ b: [1, 2], a: 1, c: undefined }));
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
  expect(hashOf("a")).toBe("ac8d8342bbb2362d13f0a559a3621bb407011368895164b628a54f7fc33fc43c");
});
