import { expect, test } from "vitest";
import { readCriterion } from "../../../src/scenarios/migrate/evals/criteria.ts";
import { readAssert } from "../../../src/scenarios/migrate/promptfoo/asserts.ts";
import { assertOfCell } from "../../../src/scenarios/migrate/promptfoo/expected-cell.ts";

const output = "{{ sample.output_text }}";

test.each([
  [
    { operation: "eq", input: output, reference: "{{item.x}}" },
    { kind: "equals", text: "${{ vars.x }}" },
  ],
  [
    { operation: "eq", input: "yes", reference: output },
    { kind: "equals", text: "yes" },
  ],
  [
    { operation: "ne", input: output, reference: 'a "b"' },
    { kind: "check", expression: 'reply.text != "a \\"b\\""' },
  ],
  [
    { operation: "like", input: output, reference: "x" },
    { kind: "contains", texts: ["x"] },
  ],
  [
    { operation: "eq", input: "{{sample.output_json.a.b}}", reference: "{{item.y}}" },
    { kind: "json", match: { a: { b: "${{ vars.y }}" } } },
  ],
])("a string check: %o", (written, expectation) => {
  expect(readCriterion({ type: "string_check", ...written })).toMatchObject({ expectation });
});

test.each([
  { type: "string_check", operation: "like", input: "{{item.x}}", reference: output },
  { type: "string_check", operation: "eq", input: output, reference: output },
  { type: "string_check", operation: "contains", input: output, reference: "x" },
  { type: "text_similarity", input: output, reference: "x", evaluation_metric: "bleu", pass_threshold: 0.5 },
  { type: "text_similarity", input: output, reference: "x", evaluation_metric: "cosine" },
  { type: "score_model", input: [{ role: "user", content: "Rate it" }] },
  {
    type: "score_model",
    pass_threshold: 1,
    input: [{ role: "user", content: [{ type: "input_image", image_url: "x" }] }],
  },
  { type: "label_model", labels: ["a"], passing_labels: [], input: [{ role: "user", content: "?" }] },
  { type: "python", source: "" },
  { type: "endpoint" },
  {},
])("a grader that cannot be carried over says why: %o", (written) => {
  expect(readCriterion(written)).toEqual({ kind: "cannot", why: expect.stringMatching(/\w/) });
});

test.each([
  [{ type: "equals", value: "{{x}}!" }, [{ kind: "equals", text: "${{ vars.x }}!" }]],
  [{ type: "equals", value: { a: 1 } }, [{ kind: "json", schema: { const: { a: 1 } } }]],
  [
    { type: "icontains-all", value: ["a", "b"] },
    [
      {
        kind: "contains",
        texts: [
          { text: "a", ignore_case: true },
          { text: "b", ignore_case: true },
        ],
      },
    ],
  ],
  [{ type: "contains-any", value: ["a", "b"] }, [{ kind: "any_of", texts: ["a", "b"] }]],
  [{ type: "not-icontains", value: "a" }, [{ kind: "not_contains", texts: [{ text: "a", ignore_case: true }] }]],
  [{ type: "not-regex", value: "^a" }, [{ kind: "check", expression: '!reply.text.matches("^a")' }]],
  [{ type: "is-json" }, [{ kind: "json", schema: {} }]],
  [{ type: "latency", threshold: 200 }, [{ kind: "time", most: 200 }]],
  [{ type: "cost", threshold: 0.01 }, [{ kind: "cost", most: 0.01 }]],
  [{ type: "word-count", value: { min: 2, max: 9 } }, [{ kind: "words", matcher: { $gte: 2, $lte: 9 } }]],
  [
    {
      type: "assert-set",
      assert: [
        { type: "contains", value: "a" },
        { type: "equals", value: "b" },
      ],
    },
    [
      { kind: "contains", texts: ["a"] },
      { kind: "equals", text: "b" },
    ],
  ],
])("an assertion: %o", (written, expectations) => {
  expect(readAssert(written)).toMatchObject({ expectations });
});

test.each([
  { type: "javascript", value: "true" },
  { type: "contains", value: "{{ a | lower }}" },
  { type: "contains", value: "file://x.txt" },
  { type: "contains", value: "a", transform: "output.x" },
  { type: "is-json", value: "file://schema.json" },
  { type: "similar", value: ["a", "b"] },
  { type: "similar", value: "a", threshold: 2 },
  { type: "latency" },
  { type: "assert-set", threshold: 0.5, assert: [{ type: "contains", value: "a" }] },
  { type: "assert-set", assert: [{ type: "python", value: "x" }] },
  { type: "not-bleu", value: "x" },
  { type: "nonsense" },
  { type: "constructor", value: "x" },
  {},
])("an assertion that cannot be carried over says why: %o", (written) => {
  expect(readAssert(written)).toEqual({ kind: "cannot", why: expect.stringMatching(/\w/) });
});

test("other parts of an assertion are reported", () => {
  const written = {
    type: "llm-rubric",
    value: "Kind",
    threshold: 0.5,
    weight: 2,
    metric: "tone",
    provider: "openai:gpt-4o",
  };
  const read = readAssert(written);
  expect(read.kind === "expectations" && read.changed).toHaveLength(4);
});

test.each([
  ["", null],
  ["Paris", { type: "equals", value: "Paris" }],
  ["contains-any: a, b", { type: "contains-any", value: ["a", "b"] }],
  ["similar(0.8): hi", { type: "similar", value: "hi", threshold: 0.8 }],
  ["not-icontains: a", { type: "not-icontains", value: "a" }],
  ["is-json", { type: "is-json" }],
  ["grade: is kind", { type: "llm-rubric", value: "is kind" }],
  ["fn:output > 1", { type: "javascript", value: "output > 1" }],
  ["note: this", { type: "equals", value: "note: this" }],
])("the cell %s", (cell, expected) => {
  expect(assertOfCell(cell)).toEqual(expected);
});
