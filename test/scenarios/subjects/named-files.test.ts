import { describe, expect, test } from "vitest";
import { judge } from "../../../src/scenarios/judge.ts";
import type { TurnRecord } from "../../../src/scenarios/record/record.ts";
import { expecting, recordOf, turn } from "../scenario.ts";

const cite = (fileId: string) => ({ text: "[1]", fileId, start: 0, end: 3 });
const fileNames = { f1: "policy.md", f2: "chart.png", f3: "data.csv" };
const cited = turn({
  messages: [{ text: "so [1]", citations: [cite("f1"), cite("f1"), cite("f9")], files: [] }],
  fileNames,
});
const made = turn({
  code: [{ input: "draw()", logs: "", images: ["f2"] }],
  messages: [{ text: "here", citations: [], files: ["f2", "f3"] }],
  fileNames,
});

function missesOf(expectation: string, record: TurnRecord): string[] {
  return judge(recordOf(record), expecting(expectation))
    .filter(({ pass }) => !pass)
    .map(({ sentence, nearest }) => `${sentence}. ${nearest}`);
}

describe("citations", () => {
  test.each([
    ["{ citations: {} }", []],
    ["{ citations: { min: 3 } }", []],
    ["{ citations: { file: policy.md } }", []],
    ["{ citations: { min: 2, file: 'pol*' } }", []],
    [
      "{ citations: { min: 3, file: policy.md } }",
      [
        "there are 2 citations of policy.md; expected at least 3. Cited: policy.md (2 times), f9 (name unknown). Nothing was found by file_search.",
      ],
    ],
    ["{ citations: { file: f9 } }", [expect.stringContaining("0 citations of f9")]],
  ])("%s", (expectation, expected) => {
    expect(missesOf(expectation, cited)).toEqual(expected);
  });

  test("that are missing are reported with what was found", () => {
    const searched = turn({
      reply: "14 days",
      events: [{ at: 0, event: { kind: "search", callId: "s", results: [{ file: "policy.md", score: 1 }] } }],
    });
    expect(missesOf("{ citations: { min: 1 } }", searched)).toEqual([
      "there are 0 citations; expected at least 1. Nothing was cited. Found by file_search: policy.md.",
    ]);
  });
});

describe("files", () => {
  test.each([
    ["{ files: {} }", []],
    ["{ files: { min: 2 } }", []],
    ["{ files: { name: '*.png' } }", []],
    [
      "{ files: { min: 2, name: '*.png' } }",
      ["1 file named *.png was created; expected at least 2. Created: chart.png, data.csv."],
    ],
    ["{ files: { min: 3 } }", ["2 files were created; expected at least 3. Created: chart.png, data.csv."]],
  ])("%s: an image that the message shows is one with the step's", (expectation, expected) => {
    expect(missesOf(expectation, made)).toEqual(expected);
  });

  test("that are missing are distinguished from code that never ran", () => {
    const ran = turn({ reply: "x", code: [{ input: "1", logs: "", images: [] }] });
    expect(missesOf("{ files: {} }", ran)).toEqual([
      "0 files were created; expected at least 1. The code created no file.",
    ]);
    expect(missesOf("{ files: {} }", turn({ reply: "x" }))).toEqual([
      "0 files were created; expected at least 1. No code was run.",
    ]);
  });
});
