import fc from "fast-check";
import { expect, test } from "vitest";
import { ProblemError } from "../../../src/problem.ts";
import { type Part, createSplitter } from "../../../src/server/migrate-in/split-json.ts";

function parts(text: string, cuts: readonly number[] = []): Part[] {
  const splitter = createSplitter("export.json");
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  const chunks = [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
  const found = chunks.flatMap((chunk) => splitter.feed(chunk));
  splitter.end();
  return found;
}
const values = (found: readonly Part[]): unknown[] => found.map(({ text }) => JSON.parse(text) as unknown);

const key = fc.string({ maxLength: 6 }).filter((each) => each !== "data" && each !== "messages");
const leaf = fc.dictionary(
  fc.constantFrom("id", "note", "list").chain((first) => fc.tuple(fc.constant(first), key).map(([a, b]) => a + b)),
  // JSON has no -0.
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  { noNullPrototype: true },
);
const cuts = fc.array(fc.nat(), { maxLength: 6 });
const space = fc.constantFrom(0, 2);

test("objects come out whole, in order, wherever the text is cut and however it is written", () => {
  fc.assert(
    fc.property(fc.array(leaf, { maxLength: 6 }), space, cuts, (objects, indent, at) => {
      expect(values(parts(JSON.stringify(objects, null, indent), at))).toEqual(objects);
      const lines = objects.map((each) => JSON.stringify(each)).join("\n");
      expect(values(parts(lines, at))).toEqual(objects);
      const list = { object: "list", data: objects, has_more: false };
      expect(values(parts(JSON.stringify([list, list], null, indent), at))).toEqual([
        ...objects,
        { ...list, data: [] },
        ...objects,
        { ...list, data: [] },
      ]);
    }),
  );
});

test("where a part begins does not depend on where the text is cut", () => {
  fc.assert(
    fc.property(fc.array(leaf, { maxLength: 5 }), space, cuts, (objects, indent, at) => {
      const text = JSON.stringify({ object: "list", data: objects }, null, indent);
      const places = (found: readonly Part[]) => found.map(({ pieces }) => pieces);
      expect(places(parts(text, at))).toEqual(places(parts(text)));
      const lines = text.split("\n");
      for (const { text: part, pieces } of parts(text).slice(0, objects.length)) {
        const { line = 0, column = 0 } = pieces[0]?.position ?? {};
        const first = part.split("\n", 1)[0] ?? "";
        expect(lines[line - 1]?.slice(column - 1).startsWith(first)).toBe(true);
      }
    }),
  );
});

test("what a script puts around objects says what they belong to", () => {
  const text = `{"thread_id": "thread_1", "messages": {"object": "list", "data": [{"id": "msg_1"}], "has_more": true}, "thread": {"id": "thread_1"}}`;
  const inside = { thread_id: "thread_1", messages: null };
  expect(parts(text).map(({ text: part, around }) => [part, around])).toEqual([
    ['{"id": "msg_1"}', [{ object: "list", data: [] }, inside]],
    ['{"object": "list", "data": [], "has_more": true}', [inside]],
    ['{"id": "thread_1"}', [{ thread_id: "thread_1", messages: {}, thread: null }]],
    ['{"thread_id": "thread_1", "messages": {}, "thread": {}}', []],
  ]);
});

test.each([
  ['[{"id": 1} {"id": 2}]', 1, 12],
  ['[{"id": 1},]', 1, 12],
  ['[{"id": 1}', 1, 11],
  ["[1]", 1, 2],
  ['"text"', 1, 1],
  ['{"id": "a', 1, 10],
  ['{"object": "list",\n "data": [{"id": 1}\n  {"id": 2}]}', 3, 3],
])("%s is refused with its place", (text, line, column) => {
  const refused = (): unknown => parts(text);
  expect(refused).toThrow(ProblemError);
  try {
    refused();
  } catch (error) {
    expect((error as ProblemError).problems[0]).toMatchObject({ code: "bad_json", place: { line, column } });
  }
});

test("nesting has an end", () => {
  expect(() => parts(`{"a":${"[".repeat(5_000)}`)).toThrow(/too_deep/);
  expect(() => parts("[".repeat(5_000))).toThrow(/too_deep/);
});
