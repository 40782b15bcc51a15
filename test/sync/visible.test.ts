import fc from "fast-check";
import { expect, test } from "vitest";
import type { AssistantSpec, FunctionToolSpec } from "../../src/resources/assistant/spec.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { fieldValue, viewOf } from "../../src/resources/fields.ts";
import { fieldLines } from "../../src/sync/render/field-lines.ts";
import type { Line } from "../../src/sync/render/line.ts";
import { fields } from "./arbitrary.ts";
import { emptySpec } from "./project.ts";
import { canonicalFields, isSameField } from "../../src/resources/canonical-fields.ts";

// A change is visible, wherever it is and whatever it is: a plan that shows nothing, or two lines that look the same, is not a plan.

const lookUp = (description: string | null, parameters: Record<string, unknown> = {}): FunctionToolSpec => {
  return { kind: "function", name: "look_up", description, parameters, strict: false };
};
const linesOf = (before: Partial<AssistantSpec>, after: Partial<AssistantSpec>, full = false) => {
  const one: AssistantSpec = { ...emptySpec, ...before };
  const other: AssistantSpec = { ...emptySpec, ...after };
  return Object.keys({ ...canonicalFields(assistantKind, one), ...canonicalFields(assistantKind, other) })
    .filter((field) => !isSameField(assistantKind, field, one, other))
    .map((field) => {
      const change = {
        field,
        before: fieldValue(assistantKind, one, field),
        after: fieldValue(assistantKind, other, field),
      };
      return fieldLines(change, viewOf(assistantKind, field), full);
    });
};
const text = (lines: readonly Line[][]) => lines.flat().map(({ mark, text }) => `${mark} ${text}`);

const long = "Looks an order up by its number and gives where it is now, when it was sent and ";
test.each<[string, Partial<AssistantSpec>, Partial<AssistantSpec>, string[]]>([
  [
    "a tool's description far behind its beginning",
    { tools: [lookUp(`${long}who has it.`)] },
    { tools: [lookUp(`${long}how late it is.`)] },
    [
      "~ tools",
      "~ function look_up",
      '~ description: …61 chars…hen it was sent and who has it." -> …61 chars…hen it was sent and how late it is."',
    ],
  ],
  [
    "an argument's description",
    { tools: [lookUp(null, { type: "object", properties: { id: { description: `${long}x` } } })] },
    { tools: [lookUp(null, { type: "object", properties: { id: { description: `${long}y` } } })] },
    [
      "~ tools",
      "~ function look_up",
      '~ parameters.properties.id: description only: …61 chars…hen it was sent and x" -> …61 chars…hen it was sent and y"',
    ],
  ],
  [
    "two trailing blanks",
    { instructions: "Be kind." },
    { instructions: "Be kind.  " },
    ['~ instructions: "Be·kind." -> "Be·kind.··"  (white space only)'],
  ],
  [
    "a line end at the end of several lines",
    { instructions: "One.\nTwo." },
    { instructions: "One.\nTwo.\n" },
    ["~ instructions  white space only, 9 -> 10 chars, about +0 tokens", "@ line 2", "  One.", "- Two.", "+ Two.⏎"],
  ],
  [
    "a tab for blanks, and a real change",
    { instructions: "One.\n  Two.\nThree." },
    { instructions: "One.\n\tTwo.\nFour." },
    [
      "~ instructions  +2 -2 lines, 18 -> 16 chars, about +0 tokens",
      "@ line 2",
      "  One.",
      "- ··Two.⏎",
      "- Three.",
      "+ →Two.⏎",
      "+ Four.",
    ],
  ],
  [
    "a tab in a line that changes otherwise",
    { instructions: "One.\n\tTwo." },
    { instructions: "One.\n    Two and three." },
    [
      "~ instructions  +1 -1 lines, 10 -> 23 chars, about +3 tokens",
      "@ line 2",
      "  One.",
      "- →Two.",
      "+     Two and three.",
    ],
  ],
  [
    "a no-break space",
    { description: "10 000 €" },
    { description: "10\u00a0000 €" },
    [
      '~ description: "10·000·€" -> "10<U+00A0>000·€"  (white space only: U+00A0 (no-break space) instead of U+0020 (space))',
    ],
  ],
  [
    "what stands in another order in required",
    { tools: [lookUp(null, { required: ["a", "b"] })] },
    { tools: [lookUp(null, { required: ["b", "a"] })] },
    [],
  ],
])("%s", (_, before, after, expected) => {
  expect(text(linesOf(before, after))).toEqual(expected);
});

test("whatever differs is seen", () => {
  fc.assert(
    fc.property(fields, fields, fc.boolean(), (before, after, full) => {
      for (const lines of linesOf(before, after, full)) {
        const of = (mark: Line["mark"]) => lines.filter((line) => line.mark === mark).map(({ text }) => text);
        expect(lines.length).toBeGreaterThan(0);
        const [head] = lines;
        if (head?.text === "tools") expect(lines.length).toBeGreaterThan(1);
        if (of("-").length > 0 && of("+").length > 0) expect(of("-")).not.toEqual(of("+"));
        for (const changed of of("~")) {
          const [one, other] = changed.replace(/^[^:]*: /, "").split(" -> ");
          if (other !== undefined) expect(one).not.toBe(other);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("a line of any length is cut around what changed in it", () => {
  const words = (count: number, word: string) =>
    Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");
  const before = `${words(3000, "a")} old ${words(3000, "b")}\nend`;
  for (const after of [
    before.replace(" old ", " new "),
    `${words(9000, "c")}\nend`,
    `${before}\n${words(9000, "d")}`,
  ]) {
    const [lines] = linesOf({ instructions: before }, { instructions: after });
    expect(Math.max(...lines!.map(({ text }) => text.length))).toBeLessThan(1000);
    expect(lines!.some(({ mark }) => mark === "+" || mark === "~")).toBe(true);
  }
});
