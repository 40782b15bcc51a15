import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { metaSchema } from "../../src/schema/meta-schema.ts";
import { checkSchema } from "../../src/project/schema-check.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { schemaFiles } from "../../src/project/schemas/files.ts";

const samples: Record<string, unknown[]> = {
  playbill: [
    {
      project: "x",
      targets: { a: { api: "assistants", server: "embedded", models: { a: "b" } } },
      moved: [{ from: "a", to: "b" }],
    },
  ],
  assistant: [
    {
      model: "m",
      instructions: [{ file: "x" }, "y"],
      tools: ["code_interpreter", { file_search: { max_num_results: 3 } }],
    },
    { model: "m", response_format: { json_schema: { schema: {} } }, metadata: { a: "b" }, temperature: 1, top_p: 0 },
  ],
  tool: [{ strict: true, parameters: { type: "object" }, handler: { command: ["node"], timeout: "2s" } }],
  "vector-store": [{ files: ["a"], chunking: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } }],
  scenario: [
    parse(readFileSync("scenarios/paris.yaml", "utf8")),
    {
      assistant: "a",
      matrix: { axes: { a: [1] } },
      tools: { f: [{ when: 1, times: 2, delay: 1, return: null }, { error: "x" }] },
      turns: [
        {
          user: "x",
          script: [{ calls: [{ call: "f" }] }, { fail: { code: "server_error", message: "m" } }, { delay: 1 }],
        },
      ],
    },
  ],
  recording: [
    {
      format_version: 2,
      scenario: "late",
      target: "prod",
      recorded: "2026-11-26",
      assistant: { model: "a" },
      code: {},
      opening: [{ role: "user", text: "Hi" }],
      turns: [
        {
          turn: 1,
          user: "Hi",
          events: [
            { at: 1, kind: "calls", calls: [{ name: "f", with: { a: 1 }, result: null, at: 1, took: 2 }] },
            { at: 2, kind: "message", text: "Hello", citations: [] },
          ],
          status: "completed",
          usage: { total_tokens: 3 },
          time: { total: 3, first_token: null, waited: 0 },
        },
      ],
    },
  ],
  "served-recording": [
    {
      assistant: "Weather",
      fingerprint: { model: "m", instructions: "a", tools: "b", parameters: "c" },
      turns: [
        {
          user: "Hi",
          rounds: [
            {
              text: "Hello",
              calls: [{ tool: "function", name: "f", arguments: "{}" }],
              usage: { prompt_tokens: 1, completion_tokens: 2 },
              finish: "tool_calls",
            },
          ],
        },
      ],
    },
  ],
  baseline: [
    {
      format_version: 1,
      project: "desk",
      target: "prod",
      assistants: { desk: { model: "a" } },
      scenarios: { late: { assistant: "desk", counted: 5, passed: 4, paths: { "1: f": 5 }, cost: { median: 0.1 } } },
    },
  ],
  quarantine: [
    { scenarios: { late: { owner: "@a", reason: "b", evidence: "https://example.com", expires: "2026-12-31" } } },
  ],
};

const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, 2.5, -1, "", "x", "auto", "1s", [], {}, "y".repeat(300)),
  fc.dictionary(
    fc.constantFrom("file", "call", "say", "delay", "code_interpreter", "function", "x y"),
    fc.constantFrom<unknown>("a", 1, {}),
    {
      maxKeys: 3,
    },
  ),
);

describe("law: a value fits exactly when ajv says so", () => {
  test.each(Object.entries(schemaFiles))("%s", (name, schema) => {
    const validate = new Ajv2020({ strict: false, validateSchema: true }).compile(schema);
    expect(samples[name]).toBeDefined();
    const sample = fc.constantFrom(...(samples[name] ?? []));
    const changed = fc
      .tuple(sample, fc.nat(), junk, fc.boolean())
      .map(([value, at, by, isRemoval]) => change(value, at, by, isRemoval));
    for (const value of samples[name] ?? []) expect(checkSchema(schema as Schema, value)).toEqual([]);
    fc.assert(
      fc.property(changed, (value) => {
        expect(checkSchema(schema as Schema, value).length === 0).toBe(validate(value));
      }),
      { numRuns: 300 },
    );
  });
});

/** The value with one of its parts (the `at`th, counted around) replaced or removed. */
function change(value: unknown, at: number, by: unknown, isRemoval: boolean): unknown {
  const copy = structuredClone({ root: value }) as Record<string, unknown>;
  const slots = slotsOf(copy);
  const slot = slots[at % slots.length];
  if (slot && isRemoval && slot.key !== "root" && !Array.isArray(slot.owner)) delete slot.owner[slot.key];
  else if (slot) slot.owner[slot.key] = by;
  return copy["root"];
}

function slotsOf(owner: Record<string, unknown>): { owner: Record<string, unknown>; key: string }[] {
  return Object.keys(owner).flatMap((key) => {
    const inner = owner[key];
    const below = typeof inner === "object" && inner !== null ? slotsOf(inner as Record<string, unknown>) : [];
    return [{ owner, key }].concat(below);
  });
}

const union: Schema = {
  anyOf: [
    { type: "string", const: "auto" },
    { type: "string", const: "text" },
    {
      type: "object",
      required: ["say"],
      properties: { say: { type: "string" }, when: {} },
      additionalProperties: false,
    },
    {
      type: "object",
      required: ["call"],
      properties: { call: { type: "string" }, with: {} },
      additionalProperties: false,
    },
  ],
};

const rows: [what: string, value: unknown, findings: [path: string, code: string, label: string | undefined][]][] = [
  ["a word nearly right", "auot", [["", "unknown_value", 'did you mean "auto"?']]],
  ["a word far off", "zzzzzz", [["", "unknown_value", undefined]]],
  ["another type", true, [["", "wrong_type", undefined]]],
  ["the branch whose key is there", { say: 3 }, [["say", "wrong_type", "write it in quotes"]]],
  ["a key of another branch", { call: "f", when: 1 }, [["when", "conflicting_keys", undefined]]],
  ["a mistyped key of a branch", { call: "f", wiht: 1 }, [["wiht", "unknown_key", 'did you mean "with"?']]],
  ["a mistyped first key", { cal: "f" }, [["cal", "unknown_key", 'did you mean "call"?']]],
  ["no first key", {}, [["", "missing_key", undefined]]],
];
test.each(rows)("of a union, only what was meant is reported: %s", (_, value, findings) => {
  const found = checkSchema(union, value);
  expect(found.map(({ path, code, label }) => [path.join("."), code, label])).toEqual(findings);
});

test("a value in place of a mapping gets a problem with the mapping's keys", () => {
  const skip: Schema = { type: "object", properties: { reason: {}, until: {} }, additionalProperties: false };
  expect(checkSchema(skip, "not yet").map(({ hint }) => hint)).toEqual(["Allowed keys: reason, until."]);
  expect(checkSchema({ type: "object" }, "not yet").map(({ hint }) => hint)).toEqual([undefined]);
  const amount: Schema = { ...skip, examples: [{ $lte: 0.05 }] };
  expect(checkSchema(amount, 3).map(({ hint }) => hint)).toEqual(["For example: { $lte: 0.05 }"]);
});

test("a key that belongs one level deeper gets a problem that says where", () => {
  const text: Schema = { type: "object", properties: { contains: {}, similar: {} }, additionalProperties: false };
  const properties = { reply: { anyOf: [{ type: "string" }, text] }, code: { ...text, properties: { contains: {} } } };
  const expected: Schema = { type: "object", properties, additionalProperties: false };
  const hints = (value: object) => checkSchema(expected, value).map(({ hint }) => hint);
  expect(hints({ similar: "x" })).toEqual(["It is a key of reply: reply: { similar: ... }"]);
  expect(hints({ contains: "x" })).toEqual(["It is a key of reply, code: reply: { contains: ... }"]);
  expect(hints({ other: "x" })).toEqual(["Allowed here: reply, code."]);
});

test("a number where a text of some form is expected gets a problem with the form, not the advice to quote it", () => {
  const [finding] = checkSchema({ type: "string", examples: ["10s"] }, 10);
  expect(finding).toMatchObject({ code: "wrong_type", hint: "For example: 10s" });
  expect(finding).not.toHaveProperty("label");
});

test("a mapping that would be an item of the list that could stand there is hinted at the list", () => {
  const listed: Schema = {
    anyOf: [
      { type: "array", items: { type: "object", properties: { a: { type: "number" } }, additionalProperties: false } },
      { type: "object", properties: { other: {} }, additionalProperties: false },
    ],
  };
  const hints = (value: unknown) => checkSchema(listed, value, ["tools"]).map(({ hint }) => hint);
  expect(hints({ a: 1 })).toEqual(["Write it as a list: tools: [{ a: ... }]"]);
  expect(hints({ a: "x" })).toEqual(["Allowed here: other."]);
  expect(hints({ a: 1, other: 2 })).toEqual(["Allowed here: other."]);
  expect(hints({ othr: 1 })).toEqual([undefined]);
});

test("the schema of JSON Schemas takes those that Playbill is made of, and refuses what is none", () => {
  for (const schema of Object.values(schemaFiles)) expect(checkSchema(metaSchema, schema)).toEqual([]);
  expect(checkSchema(metaSchema, { properties: { a: { type: "strng" } } }).map(({ path }) => path)).toEqual([
    ["properties", "a", "type"],
  ]);
  expect(checkSchema(metaSchema, { required: ["a", "a"] }).map(({ code }) => code)).toEqual(["duplicate_value"]);
});
