import fc from "fast-check";
import { expect, test } from "vitest";
import { filterRows } from "../../src/page-data/filter.ts";
import { formatQuery, hasTerm, parseQuery, toggleTerm, type Term } from "../../src/page-data/query.ts";
import { row } from "./row.ts";

const negated = fc.boolean();
const text = fc.oneof(
  fc.string({ minLength: 1, unit: "binary" }),
  fc.constantFrom("new", "-", "@x", "s:failed", '"', "time>5", "\\"),
);
const term: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ kind: fc.constant("word" as const), text, negated }),
  fc.record({
    kind: fc.constant("field" as const),
    field: fc.constantFrom("status", "tag", "file", "assistant", "owner", "tool", "text"),
    value: text,
    negated,
  }),
  fc.record({
    kind: fc.constant("measure" as const),
    measure: fc.constantFrom("time", "cost"),
    above: fc.boolean(),
    value: fc.integer({ min: 0, max: 1e9 }).map((thousandths) => thousandths / 1_000),
    negated,
  }),
  fc.record({
    kind: fc.constant("change" as const),
    change: fc.constantFrom("worse", "better", "new", "unsure", "rewritten"),
    negated,
  }),
);

test("a query that was formatted reads as the same terms", () => {
  fc.assert(
    fc.property(fc.array(term), (terms) => {
      expect(parseQuery(formatQuery(terms))).toEqual(terms);
    }),
  );
});

test("what every object has is no key", () => {
  const text = "constructor:x";
  expect(parseQuery(text)).toEqual([{ kind: "word", text, negated: false }]);
});

test("every text is a query, and reads the same once it was formatted", () => {
  const query = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...'as:@->"\\ 5tims'.split("")) }),
  );
  fc.assert(
    fc.property(query, (written) => {
      const terms = parseQuery(written);
      expect(parseQuery(formatQuery(terms))).toEqual(terms);
    }),
  );
});

test("toggling a term twice leaves the query as it was", () => {
  fc.assert(
    fc.property(fc.array(term), term, (terms, toggled) => {
      const query = formatQuery(terms);
      fc.pre(!hasTerm(query, toggled));
      const once = toggleTerm(query, toggled);
      expect(hasTerm(once, toggled)).toBe(true);
      expect(toggleTerm(once, toggled)).toBe(query);
    }),
  );
});

const late = row({
  id: "late[locale=en]",
  name: "Late order",
  file: "scenarios/orders/late.yaml",
  status: "not_run",
  tags: ["smoke", "Orders"],
  owner: "ann@example.org",
  time: 5_000,
  cost: 0.1,
  sentence: 'the reply has no "22.80"',
  change: "regression",
  tools: ["get_order", "refund"],
});

test.each([
  ["", true],
  ["LATE", true],
  ["late order", true],
  ['"late order"', true],
  ['"order late"', false],
  ["22.80", true],
  ["early", false],
  ["-early", true],
  ["late -order", false],
  ["s:not_run", true],
  ["s:notrun", true],
  ['s:"not run"', true],
  ["s:failed", false],
  ["s:failed s:not_run", true],
  ["s:failed @smoke", false],
  ["@smoke", true],
  ["@orders", true],
  ["@order", false],
  ["-@smoke", false],
  ["f:orders/", true],
  ["a:support o:ann", true],
  ["tool:refund", true],
  ["tool:cancel tool:get", true],
  ["time>4.9", true],
  ["time>4900ms", true],
  ["time>5s", false],
  ["time<0.1m", true],
  ["cost>.05", true],
  ["cost>$.2", false],
  ["cost<.2 cost>.2", false],
  ["worse", true],
  ["better", false],
  ["better worse", true],
  ["-worse", false],
  ["text:refund", false],
])("the row is found by %j: %j", (query, isFound) => {
  expect(filterRows([late], parseQuery(query), new Map())).toHaveLength(isFound ? 1 : 0);
});

test("a text is found in the scenarios in which it was found", () => {
  expect(filterRows([late], parseQuery("text:x"), new Map([["x", new Set([late.id])]]))).toEqual([late]);
});
