import fc from "fast-check";
import { expect, test } from "vitest";
import { formatLocation, groups, overview, parseLocation, sorts, type Location } from "../../src/page-data/location.ts";

const text = fc.string({ unit: "binary" }).map((each) => each.toWellFormed());
const number = fc.option(fc.integer({ min: 1, max: 999_999_999 }));
const list = fc.record({ query: text, sort: fc.constantFrom(...sorts), group: fc.constantFrom(...groups) });
const location: fc.Arbitrary<Location> = fc.oneof(
  fc.record({ screen: fc.constantFrom("overview" as const, "diff" as const), list }),
  fc.record({ screen: fc.constant("scenario" as const), id: text, attempt: number, turn: number, check: number, list }),
  fc.record({ screen: fc.constant("attempts" as const), id: text, left: number, right: number, list }),
  fc.record({ screen: fc.constant("scenario-diff" as const), id: text, list }),
);

test("a location that was formatted is read as the same", () => {
  fc.assert(
    fc.property(location, (each) => {
      expect(parseLocation(formatLocation(each))).toEqual(each);
    }),
  );
});

test("every text is a location, and none is read twice in different ways", () => {
  fc.assert(
    fc.property(fc.string(), (hash) => {
      const read = parseLocation(`#${hash}`);
      expect(parseLocation(formatLocation(read))).toEqual(read);
    }),
  );
});

test.each(["", "#", "#/", "#/x", "#/s/a/b/c", "#/s/%E0%A4%A", "#/diff/x", "#/?sort=odd&group=odd"])(
  "%j is the overview",
  (hash) => {
    expect(parseLocation(hash)).toEqual(overview);
  },
);

test("a link to a scenario says which one, and the turn", () => {
  const to: Location = { ...overview, screen: "scenario", id: "late[locale=en]", attempt: 2, turn: 3, check: null };
  expect(formatLocation(to)).toBe("#/s/late%5Blocale%3Den%5D?a=2&t=3");
});

test.each(["a=0", "a=-1", "a=1.5", "a=x", "a=99999999999"])("%s is no attempt", (search) => {
  expect(parseLocation(`#/s/x?${search}`)).toMatchObject({ screen: "scenario", id: "x", attempt: null });
});
