import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderProblems } from "../src/problem-text.ts";
import { problem } from "../src/problem.ts";
import { showLine } from "../src/source-line.ts";
import { displayWidth } from "../src/kit/display-width.ts";

const place = { file: "assistants/weather.yaml", line: 4, column: 1, length: 10, text: "temprature: 0.2" };
const unknownKey = problem("unknown_key", 'unknown key "temprature"', {
  place,
  label: 'did you mean "temperature"?',
});

test("a problem with its place", () => {
  expect(renderProblems([unknownKey], { color: false })).toBe(`error[unknown_key]: unknown key "temprature"
  --> assistants/weather.yaml:4:1
   |
 4 | temprature: 0.2
   | ^^^^^^^^^^ did you mean "temperature"?

1 error
`);
});

test("a warning further down, an API failure and a problem without a place", () => {
  const far = { ...place, file: "b.yaml", line: 120, column: 13, length: 3 };
  const text = renderProblems(
    [
      { ...unknownKey, severity: "warning", label: "here", hint: "Rename it.\nOr do not.", place: far },
      problem("request_refused", "the API refused", {
        api: { status: 400, type: "invalid_request_error", code: null, param: "model", requestId: "req_1" },
      }),
      problem("no_project", "there is no playbill.yaml", { hint: "Run `playbill init`.", label: "x" }),
      unknownKey,
    ],
    { color: false },
  );
  expect(text).toBe(`warning[unknown_key]: unknown key "temprature"
    --> b.yaml:120:13
     |
 120 | temprature: 0.2
     |             ^^^ here
     = Rename it.
       Or do not.

error[request_refused]: the API refused
  = the API returned: status 400, type invalid_request_error, param model, request req_1

error[no_project]: there is no playbill.yaml
  = x
  = Run \`playbill init\`.

error[unknown_key]: unknown key "temprature"
  --> assistants/weather.yaml:4:1
   |
 4 | temprature: 0.2
   | ^^^^^^^^^^ did you mean "temperature"?

3 errors, 1 warning in 2 files
`);
});

test("of many alike that are in no file, the first are shown and the others counted; in files, all", () => {
  const many = Array.from({ length: 1000 }, (_, index) => problem("not_ours", `assistant.a${index} is not ours`));
  const text = renderProblems([...many.slice(0, 500), unknownKey, ...many.slice(500)], { color: false });
  expect(text.match(/error\[not_ours\]/g)).toHaveLength(10);
  expect(text).toContain("error[unknown_key]");
  expect(text.endsWith("and 990 more: not_ours\n\n1001 errors\n")).toBe(true);
  const inFiles = renderProblems(Array<typeof unknownKey>(30).fill(unknownKey), { color: false });
  expect(inFiles.match(/error\[unknown_key\]/g)).toHaveLength(30);
});

test("no problems are no text", () => {
  expect(renderProblems([], { color: true })).toBe("");
});

test("colour changes nothing but the colour", () => {
  expect(stripVTControlCharacters(renderProblems([unknownKey], { color: true }))).toBe(
    renderProblems([unknownKey], { color: false }),
  );
});

test("what an API says cannot write over the terminal", () => {
  const text = renderProblems([problem("unreachable", "a\u001b[2Jb\rc")], { color: false });
  expect(text).toContain("a\\u001b[2Jb\\u000dc");
});

describe("carets stand under what they mean", () => {
  const rows: [line: string, mark: string, shown: string, indent: number, carets: number][] = [
    ["\ta: b", "b", "    a: b", 7, 1],
    ["天気: x", "x", "天気: x", 6, 1],
    ["a: 天気", "天気", "a: 天気", 3, 4],
    ["e\u0301: x", "x", "e\u0301: x", 3, 1],
    ["🎉: xy", "xy", "🎉: xy", 4, 2],
    ["a\u0007b: x", "x", "a\ufffdb: x", 5, 1],
  ];
  test.each(rows)("%j", (line, mark, text, indent, carets) => {
    expect(showLine(line, line.indexOf(mark) + 1, mark.length)).toEqual({ text, indent, carets });
  });

  test("at the end of a line", () => {
    expect(showLine("a: [", 5, 1)).toEqual({ text: "a: [", indent: 4, carets: 1 });
  });

  test("of a very long line only the part around them is shown", () => {
    const line = `${"a".repeat(5000)}MARK${"b".repeat(5000)}`;
    const { text, indent, carets } = showLine(line, 5001, 4);
    expect(displayWidth(text)).toBeLessThanOrEqual(114);
    expect(text.slice(indent, indent + carets)).toBe("MARK");
    expect(text.startsWith("…") && text.endsWith("…")).toBe(true);
  });

  test("law: whatever the line, the carets lie under the marked characters and the line fits", () => {
    const unit = fc.constantFrom("a", " ", "天", "🎉", "\t", "e\u0301", "\u0001");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), fc.string({ unit, maxLength: 400 }), (before, after) => {
        const { text, indent, carets } = showLine(`${before}X${after}`, before.length + 1, 1);
        const at = text.indexOf("X");
        expect(displayWidth(text.slice(0, at))).toBe(indent);
        expect(carets).toBe(1);
        expect(displayWidth(text)).toBeLessThanOrEqual(116);
      }),
    );
  });
});
