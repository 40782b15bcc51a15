import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMatcher } from "../../../src/scenarios/matcher/check-matcher.ts";
import { match } from "../../../src/scenarios/matcher/match.ts";

/** JSON whose keys are not operators; a written matcher cannot ask for a key that starts with `$`. */
const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"$'));
const object = fc.dictionary(
  fc.string().filter((key) => !key.startsWith("$") && key !== "__proto__"),
  json,
);

describe("laws", () => {
  test("every JSON value matches itself, exactly too", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(match(value, value)).toEqual([]);
        expect(match(value, value, { exact: true })).toEqual([]);
        expect(checkMatcher(value)).toEqual([]);
      }),
    );
  });

  test("keys that the pattern does not name change nothing, unless the match is exact", () => {
    fc.assert(
      fc.property(object, object, (pattern, more) => {
        const actual = { ...more, ...pattern };
        expect(match(pattern, actual)).toEqual([]);
        expect(match(pattern, actual, { exact: true }).length > 0).toBe(
          Object.keys(actual).length > Object.keys(pattern).length,
        );
      }),
    );
  });

  test("$not holds exactly when its pattern does not", () => {
    fc.assert(
      fc.property(json, json, (pattern, actual) => {
        expect(match({ $not: pattern }, actual).length === 0).toBe(match(pattern, actual).length > 0);
        expect(match({ $not: { $not: pattern } }, actual).length === 0).toBe(match(pattern, actual).length === 0);
      }),
    );
  });

  test("$oneOf holds when any of its patterns does", () => {
    fc.assert(
      fc.property(fc.array(json, { minLength: 1 }), json, (patterns, actual) => {
        const any = patterns.some((each) => match(each, actual).length === 0);
        expect(match({ $oneOf: patterns }, actual).length === 0).toBe(any);
      }),
    );
  });

  test("a mismatch names the place that is different", () => {
    fc.assert(
      fc.property(fc.array(json, { minLength: 1 }), fc.nat(), (list, at) => {
        const index = at % list.length;
        const changed = list.with(index, "something else entirely");
        const paths = match(list, changed).map(({ path }) => path[0]);
        expect(paths.every((step) => step === index)).toBe(true);
        expect(paths.length > 0).toBe(list[index] !== "something else entirely");
      }),
    );
  });
});

describe("operators", () => {
  const holds: [pattern: unknown, actual: unknown][] = [
    [{ $any: true }, null],
    [{ a: { $ignore: true } }, {}],
    [{ a: { $exists: false } }, {}],
    [{ a: { $exists: true } }, { a: null }],
    [{ a: { $not: 1 } }, {}],
    [{ $regex: "(?i)paris" }, "PARIS, France"],
    [{ $regex: "(?s)a.*b" }, "a\nb"],
    [{ $regex: "(?im)^B$" }, "a\nb\nc"],
    [{ $regex: String.raw`A\-1` }, "A-1"],
    [{ $regex: String.raw`^\p{L}+$` }, "Zürich"],
    [{ $contains: "b" }, "abc"],
    [{ $contains: { id: 1 } }, [{ id: 2 }, { id: 1, more: true }]],
    [{ $startsWith: "A-" }, "A-1001"],
    [{ $gt: 1, $lt: 3 }, 2],
    [{ $gte: 2, $lte: 2 }, 2],
    [{ $approx: 22.8, $within: 0.01 }, 22.79],
    [{ $len: 3 }, "abc"],
    [{ $len: { $gte: 2 } }, [1, 2]],
    [{ $len: 1 }, { a: 1 }],
    [{ $type: "integer" }, 3],
    [{ $type: "number" }, 3.5],
    [{ $type: "null" }, null],
    [{ $type: "array" }, []],
    [{ $schema: { type: "object", required: ["id"], properties: { id: { type: "integer" } } } }, { id: 7 }],
    [{ $schema: { type: "string", format: "date" } }, "2026-12-31"],
  ];
  test.each(holds)("%j matches %j", (pattern, actual) => {
    expect(match(pattern, actual)).toEqual([]);
    expect(checkMatcher(pattern)).toEqual([]);
  });

  const misses: [pattern: unknown, actual: unknown, sentence: string][] = [
    [42, "42", 'expected 42, got "42" (text, not a number)'],
    ["42", 42, 'expected "42", got 42 (a number, not text)'],
    [true, "true", 'expected true, got "true" (text, not a boolean)'],
    [null, {}, "expected null, got {}"],
    [{ a: 1 }, {}, "a: expected 1, but it is missing"],
    [{ a: 1 }, { a: null }, "a: expected 1, got null"],
    [{ a: { b: [1, { c: "x" }] } }, { a: { b: [1, { c: "y" }] } }, 'a.b[1].c: expected "x", got "y"'],
    [[1, 2], [1, 2, 3], "expected a list of 2, got 3: [1,2,3]"],
    [[1], { 0: 1 }, 'expected [1], got {"0":1}'],
    [{ $any: true }, undefined, "expected any value, but it is missing"],
    [{ a: { $exists: false } }, { a: 1 }, "a: expected nothing, got 1"],
    [{ $not: "x" }, "x", 'expected anything but "x", got "x"'],
    [{ $oneOf: [1, 2] }, 3, "expected one of [1,2], got 3"],
    [{ $regex: "^a" }, "b", 'expected a match of /^a/, got "b"'],
    [{ $regex: "4" }, 42, "expected a match of /4/, got 42 (a number, not text)"],
    [{ $contains: "x" }, "abc", 'expected it to contain "x", got "abc"'],
    [{ $startsWith: "b" }, "abc", 'expected it to start with "b", got "abc"'],
    [{ $gt: 2 }, 2, "expected more than 2, got 2"],
    [{ $gte: 2 }, "3", 'expected at least 2, got "3" (text, not a number)'],
    [{ $approx: 22.8, $within: 0.001 }, 22.79, "expected within 0.001 of 22.8, got 22.79"],
    [{ $len: 2 }, "abc", 'expected a length of 2, got 3: "abc"'],
    [{ $len: 2 }, 12, "expected a length of 2, got 12"],
    [{ $type: "integer" }, 1.5, 'expected type "integer", got 1.5'],
    [{ $type: "object" }, [], 'expected type "object", got []'],
    [
      { $schema: { type: "object", additionalProperties: false, properties: { id: { type: "integer" } } } },
      { id: "7", x: 1 },
      "does not conform to the schema: the value must NOT have additional properties (x); id must be integer",
    ],
    [{ $gt: 1, $lt: 3 }, 3, "expected less than 3, got 3"],
  ];
  test.each(misses)("%j does not match %j", (pattern, actual, sentence) => {
    expect(match(pattern, actual).map((each) => each.sentence)).toEqual([sentence]);
  });

  test("invisible characters are named", () => {
    expect(match("x", "x\u200b").map(({ sentence }) => sentence)).toEqual(['expected "x", got "x<U+200B>"']);
    expect(
      match({ $startsWith: "x" }, "\u00a0x")
        .map(({ sentence }) => sentence)
        .join(""),
    ).toContain("<U+00A0>");
  });

  test("an exact match names every key that is too many", () => {
    expect(
      match({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }, { exact: true }).map(({ sentence }) => sentence),
    ).toEqual(["a.c: not expected, got 2", "d: not expected, got 3"]);
  });
});

describe("faults in a pattern", () => {
  const faults: [pattern: unknown, path: (string | number)[], words: string][] = [
    [{ a: { $regexp: "x" } }, ["a", "$regexp"], "unknown operator $regexp; the operators are $any"],
    [[{ $regex: "(" }], [0, "$regex"], "$regex: "],
    [{ $regex: 4 }, ["$regex"], "$regex: takes a regular expression, not 4"],
    [{ $gt: "3" }, ["$gt"], '$gt: takes a number, not "3"'],
    [{ $approx: 3 }, ["$approx"], "$approx: needs $within beside it"],
    [{ $within: 3 }, ["$within"], "$within: needs $approx beside it"],
    [{ $any: false }, ["$any"], "$any: takes true, not false"],
    [{ $oneOf: [] }, ["$oneOf"], "$oneOf: takes a list"],
    [{ $oneOf: [1, { $nope: 1 }] }, ["$oneOf", 1, "$nope"], "unknown operator $nope"],
    [{ $not: { a: { $nope: 1 } } }, ["$not", "a", "$nope"], "unknown operator $nope"],
    [{ $len: { $gt: "x" } }, ["$len", "$gt"], '$gt: takes a number, not "x"'],
    [{ $type: "date" }, ["$type"], "$type: takes one of string"],
    [{ $schema: { type: "strin" } }, ["$schema"], "$schema: "],
    [{ $gt: 3, unit: "celsius" }, ["unit"], '"unit" is beside an operator'],
  ];
  test.each(faults)("%j", (pattern, path, words) => {
    const [fault, ...more] = checkMatcher(pattern);
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ path });
    expect(fault?.message).toContain(words);
  });

  test("an operand that is an expression is checked when it has a value", () => {
    expect(checkMatcher({ $gt: "${{ vars.least }}" })).toEqual([]);
  });
});
