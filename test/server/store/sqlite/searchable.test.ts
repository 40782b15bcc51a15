import { expect, test } from "vitest";
import { searchable } from "../../../../src/server/store/sqlite/searchable.ts";

test.each([
  ["返品は30日以内", " 返  品  は 30 日  以  内 "],
  ["ﬁnal", "final"],
  ["return policy", "return policy"],
])("%j is indexed as %j", (text, expected) => {
  expect(searchable(text)).toBe(expected);
});
