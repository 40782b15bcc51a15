import { expect, test } from "vitest";
import { differenceOf, missingPart, unwantedPart } from "../../../src/scenarios/reports/difference.ts";
import { renderFailure } from "../../../src/scenarios/reports/failure.ts";
import { resultOf } from "../../../src/scenarios/results/scenario-result.ts";
import { judge } from "../../../src/scenarios/judge.ts";
import { attempts } from "../attempts.ts";
import { expecting, recordOf, turn } from "../scenario.ts";

const long = (middle: string) => `${"x".repeat(400_000)}${middle}${"y".repeat(400_000)}`;

test.each([
  ["a no-break space", "10 000\u00a0€", "10 000 €", "U+00A0"],
  ["a line end at the end", "ok", "ok\n", "white space only"],
  ["two blanks", "a b", "a  b", "white space only"],
  ["a zero width space", "refund", "re\u200bfund", "U+200B"],
  ["a letter of another alphabet", "pay", "p\u0430y", "U+0430"],
])("%s is told", (_, expected, actual, named) => {
  const lines = differenceOf(expected, actual);
  expect(lines.join("\n")).toContain(named);
  expect(lines[0]).not.toBe(lines[1]?.replace(/^[+]/, "-"));
});

test.each([
  ["in a text where it should stand", "10 000\u00a0€", `${"Hello. ".repeat(200)}It costs 10 000 € in all.`, "U+00A0"],
  ["as a look-alike", "pay back", "We will p\u0430y back.", "U+0430"],
  ["with a dash of another kind", "A-1001", "Order A\u20111001 is late.", "U+2011"],
])("a part %s", (_, part, text, named) => {
  expect(missingPart(part, text).join("\n")).toContain(named);
});

test("long texts are cut around the place that matters, with the count of what was cut", () => {
  for (const lines of [
    differenceOf(long("cat"), long("dog")),
    unwantedPart("dog", long("dog")),
    missingPart("cat", long("dog")),
  ]) {
    const text = lines.join("\n");
    expect(text.length).toBeLessThan(2_000);
    expect(text).toMatch(/…[\d,]+ chars…/);
  }
  expect(differenceOf(long("cat"), long("dog")).join("\n")).toMatch(/^- .*cat.*\n[+] .*dog/);
  expect(unwantedPart("dog", long("dog")).join("\n")).toContain("dog");
});

test("of texts with many lines, those that differ and a few around them", () => {
  const lines = (changed: string) =>
    Array.from({ length: 1_000 }, (_, index) => (index === 500 ? changed : `line ${index}`)).join("\n");
  const text = differenceOf(lines("cat"), lines("dog"));
  expect(text.length).toBeLessThan(20);
  expect(text).toContain("- cat");
  expect(text).toContain("+ dog");
  expect(text.join("\n")).toContain("497 equal lines");
});

test("a failure is a screen, whatever was said", () => {
  const reply = `${"word ".repeat(200_000)}\n${"line\n".repeat(30_000)}`;
  for (const expected of [
    "{ reply: { contains: refund } }",
    "{ reply: { equals: refund } }",
    "{ reply: { not_contains: word } }",
    "{ reply: { matches: '^refund$' } }",
  ]) {
    const scenario = expecting(expected);
    const record = recordOf(
      turn({ reply, events: [{ at: 1, event: { kind: "message", text: reply, citations: [], files: [] } }] }),
    );
    const result = resultOf(scenario, attempts({ record, verdicts: judge(record, scenario) }), 1);
    expect(renderFailure(result, { color: false, repeat: (id) => id }).length).toBeLessThan(8_000);
  }
});
