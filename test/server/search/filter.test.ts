import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFilter, passes, type AttributeFilter, type Attributes } from "../../../src/server/search/filter.ts";

const attributes: Attributes = { region: "eu", year: 2024, draft: false };

describe("a comparison", () => {
  test.each([
    ["eq", "region", "eu", true],
    ["eq", "region", "us", false],
    ["eq", "year", "2024", false],
    ["eq", "draft", false, true],
    ["eq", "absent", "eu", false],
    ["ne", "region", "us", true],
    ["ne", "absent", "eu", true],
    ["gt", "year", 2023, true],
    ["gt", "year", 2024, false],
    ["gte", "year", 2024, true],
    ["lt", "year", 2024, false],
    ["lt", "region", "f", true],
    ["lte", "year", 2024, true],
    ["lte", "region", 9999, false],
    ["gt", "absent", 0, false],
    ["in", "region", ["us", "eu"], true],
    ["in", "region", [], false],
    ["in", "toString", ["us"], false],
    ["nin", "region", ["us"], true],
    ["nin", "year", [2024], false],
  ] as const)("%s %s %j", (type, key, value, expected) => {
    expect(passes(parseFilter({ type, key, value }), attributes)).toBe(expected);
  });
});

const key = fc.constantFrom("region", "year", "draft", "absent");
const scalar = fc.oneof(fc.constantFrom("eu", "us"), fc.constantFrom(2023, 2024, 2025), fc.boolean());
const { filter } = fc.letrec<{ filter: AttributeFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    fc.record({ type: fc.constantFrom("eq" as const, "ne" as const), key, value: scalar }),
    fc.record({ type: fc.constantFrom("in" as const, "nin" as const), key, value: fc.array(scalar, { maxLength: 3 }) }),
    fc.record({
      type: fc.constantFrom("and" as const, "or" as const),
      filters: fc.array(tie("filter"), { maxLength: 3 }),
    }),
  ),
}));

const opposite = { eq: "ne", ne: "eq", in: "nin", nin: "in", and: "or", or: "and" } as const;
/** De Morgan: the opposite of a whole is the dual of the opposites of its parts. */
function negated(given: AttributeFilter): AttributeFilter {
  const type = opposite[given.type as keyof typeof opposite];
  return ("filters" in given ? { type, filters: given.filters.map(negated) } : { ...given, type }) as AttributeFilter;
}

describe("filters", () => {
  test("obey De Morgan", () => {
    fc.assert(fc.property(filter, (each) => passes(negated(each), attributes) === !passes(each, attributes)));
  });
  test("read back as they were written", () => {
    fc.assert(
      fc.property(filter, (each) => {
        expect(parseFilter(each)).toEqual(each);
      }),
    );
  });
  test("an ordering and its opposite share what can be compared", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2020, max: 2030 }), (value) => {
        const holds = (type: string) => passes(parseFilter({ type, key: "year", value }), attributes);
        expect(holds("gt")).toBe(!holds("lte"));
        expect(holds("lt")).toBe(!holds("gte"));
      }),
    );
  });
});

describe("a wrong filter", () => {
  test.each([
    [{ type: "like", key: "a", value: "b" }, "Supported values are: 'eq'"],
    [{ key: "a", value: "b" }, "Missing required parameter: 'filters.type'."],
    [{ type: "eq", key: "a" }, "Missing required parameter: 'filters.value'."],
    [{ type: "eq", key: "a", value: ["b"] }, "Invalid type for 'filters.value'"],
    [{ type: "in", key: "a", value: "b" }, "Invalid type for 'filters.value'"],
    [{ type: "gt", key: "a", value: true }, "Invalid type for 'filters.value'"],
    [{ type: "and", filters: [{ type: "eq", key: 1, value: 1 }] }, "Invalid type for 'filters.key'"],
    [{ type: "eq", key: "a", value: "b", extra: 1 }, "Unknown parameter: 'filters.extra'."],
    ["region = eu", "Invalid type for 'filters'"],
  ])("%j", (value, message) => {
    expect(() => parseFilter(value)).toThrow(message);
  });
});
