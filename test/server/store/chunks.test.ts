import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Chunks } from "../../../src/server/store/chunks.ts";
import { openDatabase } from "../../../src/server/store/database.ts";
import { searchable } from "../../../src/server/store/searchable.ts";
import { createSqliteChunks } from "../../../src/server/store/sqlite-chunks.ts";
import { createSqliteStore } from "../../../src/server/store/sqlite.ts";

let database: ReturnType<typeof openDatabase>;
let chunks: Chunks;
beforeEach(() => {
  database = openDatabase(":memory:");
  chunks = createSqliteChunks(database);
});

const chunk = (text: string, start = 0) => ({ start, tokens: text.length, text, embedding: null });
/** The texts in which every word of the query stands. */
function found(query: string, vectorStoreId = "vs_1"): string[] {
  const words = chunks.words(query).map((word) => chunks.postings(word));
  const numbers = chunks.facts([vectorStoreId]).map(({ number }) => number);
  return numbers
    .filter((number) => words.every((postings) => postings.has(number)))
    .map((number) => chunks.text(number));
}

describe("words", () => {
  test.each([
    ["Refunds are processed daily", "refund"],
    ["Refunds are processed daily", "PROCESSING"],
    ["Crème brûlée", "creme brulee"],
    ["Straße und Änderung", "anderung"],
    ["返品は30日以内に受け付けます", "返品 以内"],
    ["Возврат товара", "возврат"],
    ["version 2.31 of the ﬁnal report", "final 31"],
    ['say "hello" OR NEAR(x, y)*', 'or near "hello"'],
    ["text:col AND -minus", "col minus"],
  ])("%j is found by %j", (text, query) => {
    chunks.append("vs_1", "file-1", [chunk("nothing of the kind"), chunk(text)]);
    expect(found(query)).toEqual([text]);
  });
  test("of any text at all can be asked for, and what was stored is found by itself", () => {
    const syntax = fc.constantFrom(
      '"',
      "'",
      "*",
      "^",
      "(",
      ")",
      "{",
      ":",
      "+",
      "-",
      "AND",
      "OR",
      "NOT",
      "NEAR(",
      "\0",
      "text:",
      ";--",
    );
    const any = fc.array(fc.oneof(syntax, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(any, (parts) => {
        const text = parts.join(" ").toWellFormed().replaceAll("\0", "");
        chunks.append("vs_1", "file-1", [chunk(text)]);
        expect(found(parts.join(" "))).toEqual([text]);
        chunks.remove("vs_1", "file-1");
      }),
      { numRuns: 40 },
    );
  });
  test("each is asked once and counted everywhere it stands", () => {
    chunks.append("vs_1", "file-1", [chunk("run runs running"), chunk("walk")]);
    expect(chunks.words("Run, running; runs!")).toEqual(["run"]);
    expect([...chunks.postings("run").values()]).toEqual([3]);
    expect(chunks.words("")).toEqual([]);
  });
});

describe("a file's chunks", () => {
  test("are given back in order, and are gone when removed, from the index too", () => {
    chunks.append("vs_1", "file-1", [chunk("alpha", 0), chunk("beta", 3)]);
    chunks.append("vs_1", "file-2", [chunk("alpha")]);
    chunks.append("vs_2", "file-1", [chunk("alpha")]);
    expect(chunks.ofFile("vs_1", "file-1")).toEqual([
      { start: 0, text: "alpha" },
      { start: 3, text: "beta" },
    ]);
    chunks.remove("vs_1", "file-1");
    expect(chunks.ofFile("vs_1", "file-1")).toEqual([]);
    expect(chunks.postings("alpha").size).toBe(2);
    expect(chunks.postings("beta").size).toBe(0);
    expect(chunks.facts(["vs_1"]).map(({ fileId }) => fileId)).toEqual(["file-2"]);
  });
  test("keep what they mean to the model", () => {
    const embedding = Float32Array.from([0.25, -1, 3e8]);
    chunks.append("vs_1", "file-1", [chunk("plain"), { ...chunk("embedded"), embedding }]);
    expect([...chunks.embeddings("vs_1").values()]).toEqual([embedding]);
  });
  test("go with everything else when the store is emptied", () => {
    chunks.append("vs_1", "file-1", [chunk("alpha")]);
    createSqliteStore(database).clear();
    expect(chunks.facts(["vs_1"])).toEqual([]);
    expect(chunks.postings("alpha").size).toBe(0);
  });
});

test.each([
  ["返品は30日以内", " 返  品  は 30 日  以  内 "],
  ["ﬁnal", "final"],
  ["return policy", "return policy"],
])("%j is indexed as %j", (text, expected) => {
  expect(searchable(text)).toBe(expected);
});
