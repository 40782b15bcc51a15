import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv } from "../../../src/scenarios/read/csv.ts";

const cell = fc.string({ unit: fc.constantFrom("a", "1", " ", ",", '"', "\n", "\r\n", "é", "😀", ";") });
const table = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.nat(4))
  .chain(([columns, rows]) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  );
const written = (text: string, always: boolean) =>
  always || text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

test("what is written as CSV is read back, with the place of every cell", () => {
  fc.assert(
    fc.property(table, fc.constantFrom("\n", "\r\n"), fc.boolean(), fc.boolean(), (rows, end, always, last) => {
      const text = rows.map((row) => row.map((each) => written(each, always)).join(",")).join(end) + (last ? end : "");
      const { rows: read, fault } = parseCsv(text);
      expect(fault).toBeNull();
      expect(read.map((row) => row.map((each) => each.text))).toEqual(rows);
      for (const { text: value, start, end: stop } of read.flat())
        expect(text.slice(start, stop).replaceAll(/^"|"$/g, "").replaceAll('""', '"')).toBe(value);
    }),
  );
});

test.each([
  [
    "a,b\n\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
    null,
  ],
  [
    "a,b\n1,",
    [
      ["a", "b"],
      ["1", ""],
    ],
    null,
  ],
  ["a,,c", [["a", "", "c"]], null],
  ['a\n""', [["a"], [""]], null],
  ['a,b\n1,"2\n3,4', [["a", "b"]], 6],
  ['a\n1"2"', [["a"]], 3],
  ['a\n"1"2', [["a"]], 5],
])("%j", (text, rows, fault) => {
  const read = parseCsv(text);
  expect(read.rows.map((row) => row.map((each) => each.text))).toEqual(rows);
  expect(read.fault?.start ?? null).toBe(fault);
});
