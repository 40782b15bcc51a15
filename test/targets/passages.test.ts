import { expect, test } from "vitest";
import { passageOf, searchesIn } from "../../src/targets/assistants/passages.ts";

const result = (file_id: string, ...texts: string[]) => ({
  file_id,
  file_name: `${file_id}.pdf`,
  score: 0.5,
  content: texts.map((text) => ({ type: "text", text })),
});
const search = (...results: object[]) => ({ id: "call", type: "file_search", file_search: { results } });
const step = (...calls: object[]) => ({ step_details: { type: "tool_calls", tool_calls: calls } });
const cite = (text: string, fileId: string) => ({ text, fileId, start: 0, end: text.length });

const searches = searchesIn([
  { step_details: { type: "message_creation" } },
  step({ type: "function" }, search(result("a", "Refunds take", "14 days."), result("b", "Shipping is free."))),
  step(search(result("a", "We are closed."), { file_id: "c" })),
]);

test.each([
  ["the result that it names", "【4:1†source】", "b", "Shipping is free."],
  ["nothing when two searches have the file there with other words", "【4:0†source】", "a", null],
  ["nothing for a file that is not there", "【4:1†source】", "a", null],
  ["nothing where the target does not say what it found", "【4:1†source】", "c", null],
  ["nothing for a mark of another form", "[1]", "a", null],
])("a citation leads to %s", (_, text, file, passage) => {
  expect(passageOf(cite(text, file), searches)).toBe(passage);
});

test("parts of a passage are lines of it", () => {
  expect(passageOf(cite("【4:0†source】", "a"), searches.slice(0, 1))).toBe("Refunds take\n14 days.");
});
