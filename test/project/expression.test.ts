import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ExpressionError,
  evaluate,
  interpolate,
  parseExpression,
  referencedNames,
} from "../../src/project/expression.ts";

const scope = {
  vars: { city: "Paris", count: 3, price: 22.79, flag: true, nothing: null },
  tools: { get_weather: { result: { temperature: 22, list: [1, 2.5] } } },
};

const values: [source: string, value: unknown][] = [
  ["tools.get_weather.result.temperature + 1", 23],
  ["1 + tools.get_weather.result.temperature", 23],
  ["vars.price - 1", 21.79],
  ["vars.count * 2", 6],
  ["vars.count / 2", 1.5],
  ["vars.count % 2 == 1", true],
  ["22.0 == 22 && 22 == 22.0 && vars.count == 3", true],
  ["size(vars.city) < 400", true],
  ["size(vars.city) + 0.5", 5.5],
  ["size(tools.get_weather.result.list) == vars.count - 1", true],
  ["tools.get_weather.result.list[vars.count - 2]", 2.5],
  ["tools.get_weather.result.list.map(x, x * 2)", [2, 5]],
  ["vars.count in [1, 2, 3]", true],
  ['has(vars.nope) ? vars.nope : "none"', "none"],
  ["vars.?nope.orValue(5)", 5],
  ["vars.?nope", null],
  ['vars.city + " is " + string(vars.count)', "Paris is 3"],
  ['{"a": vars.count, "b": [1, "x", null]}', { a: 3, b: [1, "x", null] }],
  ['timestamp("2026-01-02T03:04:05Z")', "2026-01-02T03:04:05.000Z"],
  ["7 / 2", 3],
  ["5u", 5],
];
test.each(values)("%s", (source, value) => {
  expect(evaluate(source, scope)).toEqual(value);
});

const faults: [source: string, code: string, span: [number, number]][] = [
  ["1 +", "bad_expression", [2, 3]],
  ["vars.nope", "failed_expression", [5, 9]],
  ["vars.city + 1", "failed_expression", [0, 13]],
  ["1 / 0", "failed_expression", [0, 5]],
  ["1.0 / 0.0", "failed_expression", [0, 9]],
  ['duration("1h")', "failed_expression", [0, 14]],
  ["9007199254740993", "failed_expression", [0, 16]],
  ["vars.constructor", "failed_expression", [5, 16]],
];
test.each(faults)("%s: %s", (source, code, [start, end]) => {
  expect(thrown(() => evaluate(source, scope))).toMatchObject({ code, start, end });
});

const names: [source: string, names: string[]][] = [
  ["vars.a + tools.b.vars", ["tools", "vars"]],
  ["items.map(x, x + y)", ["items", "y"]],
  ["x.all(x, x > 0)", ["x"]],
  ["cel.bind(t, a, t + b)", ["a", "b"]],
  ["has(a.b) && type(c) == int", ["a", "c"]],
  ['{"k": v}[k]', ["k", "v"]],
  ["-a ? !b : f(c)", ["a", "b", "c"]],
];
test.each(names)("%s reads its names", (source, expected) => {
  expect(referencedNames(source)).toEqual(expected);
});

describe("checked without values", () => {
  const known = { vars: ["a", "company"], args: null };
  const rows: [source: string, code: string | undefined, span?: [number, number]][] = [
    ["vars.a + 1", undefined],
    ["vers.a", "unknown_name", [0, 4]],
    ["[1].map(x, x + y)", "unknown_name", [15, 16]],
    ['1 + "x"', "bad_expression"],
    ["nope(vars.a)", "bad_expression"],
    ["1 + vars.b", "unknown_name", [4, 10]],
    ["vars.b.c", "unknown_name", [0, 6]],
    ["vars.b(1)", "bad_expression"],
    ["has(vars.b) || has(vars.a.b)", undefined],
    ["has(vars.b.c)", "unknown_name", [4, 10]],
    ['vars["b"] == vars.?b.orValue(1)', undefined],
    ["[{}].map(vars, vars.b)", undefined],
    ["args.anything", undefined],
  ];
  test.each(rows)("%s", (source, code, span) => {
    const error = parseExpression(source).check(known);
    expect(error?.code).toBe(code);
    if (span) expect([error?.start, error?.end]).toEqual(span);
  });
  test.each([
    ["vers.a", 'nothing is called "vers" here; did you mean "vars"?'],
    ["vars.compny", 'there is no "vars.compny" here; did you mean "vars.company"?'],
    ["vars.other", 'there is no "vars.other" here; in scope: vars.a, vars.company'],
  ])("what is said of %s", (source, message) => {
    expect(parseExpression(source).check(known)?.message).toBe(message);
  });
});

describe("interpolation", () => {
  const rows: [written: unknown, value: unknown][] = [
    ["${{ vars.count }}", 3],
    ["${{vars.nothing}}", null],
    ["${{ tools.get_weather.result }}", { temperature: 22, list: [1, 2.5] }],
    ["n: ${{ vars.count }}, ${{ vars.flag }}", "n: 3, true"],
    ["${{ vars.nothing }}!", "null!"],
    ["${{ tools.get_weather.result.list }} ", "[1,2.5] "],
    ['${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    ['${{ "}}" }}', "}}"],
    ["${{ '${{' }} stays", "${{ stays"],
    ['${{ r"\\d}}" }}', "\\d}}"],
    [
      { a: ["${{ vars.city }}", 1], "${{ key }}": null },
      { a: ["Paris", 1], "${{ key }}": null },
    ],
    ["${ not } $$ {{ x }}", "${ not } $$ {{ x }}"],
  ];
  test.each(rows)("%j", (written, value) => {
    expect(interpolate(written, scope)).toEqual(value);
  });

  test("an expression that is never closed", () => {
    expect(thrown(() => interpolate("a ${{ vars.city }", scope))).toMatchObject({ code: "bad_expression", start: 2 });
  });

  test("law: what holds no expression stays as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes("${{"));
        expect(interpolate(value, {})).toEqual(value);
      }),
    );
  });

  test("law: a value read by an expression is the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(interpolate("${{ vars.x }}", { vars: { x: plain } })).toEqual(plain);
      }),
    );
  });
});

function thrown(work: () => unknown): ExpressionError {
  try {
    work();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("keys that mean something to JavaScript are keys like others", () => {
  const scope = { world: { orders: { constructor: { status: "late" }, list: [{ constructor: "x" }] }, sum: 1 } };
  test.each([
    ["world.orders", scope.world.orders],
    ["world.orders.constructor.status", "late"],
    ["world.orders['constructor'].status", "late"],
    ["'constructor' in world.orders", true],
    ["'toString' in world.orders", false],
    ["has(world.orders.constructor)", true],
    ["has(world.orders.toString)", false],
    ["world.orders.?constructor", { status: "late" }],
    ["world.orders == world.orders && size(world.orders) == 2", true],
    ["world.orders.list.exists(each, each.constructor == 'x')", true],
    ["world.sum + 1", 2],
  ])("%s", (source, value) => {
    expect(evaluate(source, scope)).toEqual(value);
  });
});

describe("an expression ends, whatever it is", () => {
  const list = Array.from({ length: 200 }, (_, index) => index);
  const nested = "l.map(a, l.map(b, l.map(c, l.map(d, l.map(e, a)))))";
  test.each([
    ["loops inside loops", nested, /1000000 steps/],
    [
      "loops that stop at the first that does not hold",
      "l.all(a, l.all(b, l.all(c, l.all(d, l.all(e, true)))))",
      /steps/,
    ],
    ["loops that go on after an error", "l.exists(a, l.exists(b, l.exists(c, l.exists(d, d.nope))))", /steps/],
    ["filters", "l.filter(a, l.filter(b, l.filter(c, l.filter(d, true) != []) != []) != [])", /steps/],
    ["a result that repeats a large value", `${"[".repeat(7)}l${"]".repeat(7)}.map(a, l.map(b, l.map(c, l)))`, /steps/],
  ])("%s", (_, source, message) => {
    expect(thrown(() => evaluate(source, { l: list }))).toMatchObject({
      code: "failed_expression",
      message: expect.stringMatching(message),
    });
  });

  test("what a conversation needs is far below the bound", () => {
    expect(evaluate("l.map(a, l.filter(b, b < a).size()).size()", { l: list })).toBe(200);
    expect(evaluate("l.map(a, a)", { l: list })).toEqual(list);
  });

  test("matches() takes linear time", () => {
    const text = `${"a".repeat(50_000)}!`;
    expect(evaluate('text.matches("^(a+)+$")', { text })).toBe(false);
    expect(evaluate('[text].exists(t, t.matches("(?i)A!$"))', { text })).toBe(true);
  });

  test.each<[source: string, part: string, message: RegExp]>([
    ['vars.city.matches("(")', '"("', /missing closing \)/],
    ['vars.city.matches("^(?!.*sorry)")', '"^(?!.*sorry)"', /lookahead.*\$not/],
    ['["a"].all(x, x.matches("(a)\\\\1"))', '"(a)\\\\1"', /backreference/],
    ['"a".matches(1)', '"a".matches(1)', /'string.matches\(int\)'/],
  ])("%s is wrong before it runs", (source, part, message) => {
    const error = parseExpression(source).check({ vars: null });
    expect(error?.message).toMatch(message);
    expect(source.slice(error?.start, error?.end)).toBe(part);
    expect(() => evaluate(source, { vars: { city: "Paris" } })).toThrow(ExpressionError);
  });
});
