import {
  array,
  assert,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  string,
  uniqueArray,
  type Arbitrary,
} from "fast-check";
import { expect, test } from "vitest";
import { isObject } from "../../../src/kit/json.ts";
import type { WrittenScenario } from "../../../src/project/schemas/scenario/file.ts";
import { scenarioLosses } from "../../../src/scenarios/against/scenario-losses.ts";
import { isAsStrict } from "../../../src/scenarios/against/strictness.ts";
import { declare } from "../scenario.ts";

type Value = Record<string, unknown>;

const optional = (fields: Record<string, Arbitrary<unknown>>): Arbitrary<Value> => record(fields, { requiredKeys: [] });
const word = constantFrom("late", "lost", "refund", "A-1001", "sorry");
const words = uniqueArray(word, { minLength: 1, maxLength: 3 });
const bound = oneof(
  integer({ min: 1, max: 50 }).map((value) => ({ $lte: value })),
  integer({ min: 1, max: 50 }).map((value) => ({ $gte: value })),
  integer({ min: 1, max: 50 }),
);
const args = optional({
  id: oneof<Arbitrary<unknown>[]>(word, constantFrom({ $regex: "^A" }, { $any: true })),
  n: bound,
});
const call = oneof<Arbitrary<unknown>[]>(
  constantFrom("lookup", "refund"),
  record({ lookup: args }),
  record({
    lookup: record({ args, times: constantFrom("1..2", 2, "1..", 0), match: constantFrom("exact", "partial") }),
  }),
);
const expectations = optional({
  tools: optional({
    calls: array(call, { minLength: 1, maxLength: 3 }),
    order: constantFrom("any", "in_order", "exact"),
    extra: constantFrom("allow", "forbid"),
    forbid: words,
    max_calls: integer({ min: 0, max: 9 }),
    severity: constantFrom("gate", "warn"),
  }),
  reply: optional({
    contains: words,
    not_contains: words,
    any_of: words,
    matches: words,
    words: bound,
    equals: word,
  }),
  usage: optional({ total_tokens: bound }),
  cost: bound,
  time: optional({ total: constantFrom("1s", "200ms", 3), first_token: constantFrom("1s", "2s") }),
  check: oneof<Arbitrary<unknown>[]>(constantFrom("size(calls) < 3", "size(calls) > 0 && reply.text != ''"), words),
  status: constantFrom("completed", "failed", "requires_action"),
  world: record({ orders: args, refunds: array(args, { maxLength: 2 }) }),
  judge: record({ rubric: words }),
  citations: optional({ min: integer({ min: 1, max: 3 }), file: word }),
});

const turns = array(record({ expect: expectations }), { minLength: 1, maxLength: 3 });
const suite: Arbitrary<WrittenScenario> = record({ turns, expect: expectations }).map(({ turns, expect }) => ({
  assistant: "a",
  expect,
  turns: turns.map((each, index) => ({ user: `say ${index}`, ...each })),
}));

test("a suite loses nothing against itself", () => {
  assert(
    property(suite, (written) => {
      expect(scenarioLosses(written, structuredClone(written))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** A copy with another value, or with none, for a key. */
const replaced = (whole: Value, key: string, value?: unknown): Value =>
  Object.fromEntries(
    Object.entries(whole).flatMap(([name, each]) =>
      name !== key ? [[name, each]] : value === undefined ? [] : [[name, value]],
    ),
  );

/** What may be removed of one `expect` so that less is expected. */
function removals(expectations: Value): Value[] {
  return Object.entries(expectations).flatMap(([subject, written]) => {
    const isImplied = subject === "status" && written === "completed";
    const isEmpty = isObject(written) && Object.keys(written).filter((key) => key !== "severity").length === 0;
    const parts = isObject(written) && subject !== "world" && subject !== "cost" ? removedParts(written) : [];
    const whole = isImplied || isEmpty ? [] : [replaced(expectations, subject)];
    return whole.concat(parts.map((part) => replaced(expectations, subject, part)));
  });
}

const defaults: Value = { order: "any", extra: "allow", severity: "gate" };

function removedParts(written: Value): Value[] {
  return Object.entries(written).flatMap(([key, value]) => {
    // Without it a warning is a gate, and without one of several that will do, less will do.
    if (key === "severity" || defaults[key] === value) return [];
    const shorter =
      Array.isArray(value) && key !== "any_of" ? value.map((_each, index) => value.toSpliced(index, 1)) : [];
    const lists = shorter.filter((list) => list.length > 0).map((list) => replaced(written, key, list));
    return [replaced(written, key)].concat(lists);
  });
}

test("whatever one expectation is removed, it is reported", () => {
  let tried = 0;
  assert(
    property(suite, (written) => {
      const { turns, expect: outer = {} } = written;
      const without = removals(outer as Value)
        .map((each): WrittenScenario => Object.assign({}, written, { expect: each }))
        .concat(
          turns.flatMap((turn, index) =>
            removals((turn.expect ?? {}) as Value).map((each) =>
              Object.assign({}, written, { turns: turns.with(index, { ...turn, expect: each }) }),
            ),
          ),
        );
      for (const less of without) {
        tried += 1;
        expect({ less, losses: scenarioLosses(written, less).length > 0 }).toEqual({
          less,
          losses: true,
        });
      }
    }),
    { numRuns: 200 },
  );
  expect(tried).toBeGreaterThan(1_000);
});

test.each<[string, string, string]>([
  [
    "another expectation",
    "reply: { contains: late }",
    "reply: { contains: [late, sorry], words: { $lte: 9 } }, cost: { $lte: 1 }",
  ],
  ["a longer text", "reply: { contains: late }", "reply: { contains: it is late }"],
  ["case that counts", "reply: { contains: { text: Late, ignore_case: true } }", "reply: { contains: it is late }"],
  ["a shorter text that must not be there", "reply: { not_contains: refunded }", "reply: { not_contains: refund }"],
  ["fewer texts of which one will do", "reply: { any_of: [late, lost] }", "reply: { any_of: [late] }"],
  ["a value for a pattern", "tools: [lookup: { id: { $regex: '^A' } }]", "tools: [lookup: { id: A-1 }]"],
  ["an argument", "tools: [lookup: { id: A-1 }]", "tools: [lookup: { id: A-1, n: 2 }]"],
  [
    "arguments at all",
    "tools: [lookup]",
    "tools: { calls: [{ lookup: { args: { id: 1 }, match: exact } }], order: exact, extra: forbid }",
  ],
  ["a smaller range", "tools: [{ lookup: { times: 1..3 } }]", "tools: [{ lookup: { times: 2 } }]"],
  ["a lower bound", "usage: { total_tokens: { $lte: 50 } }", "usage: { total_tokens: { $lte: 40, $gte: 2 } }"],
  ["less time", "time: { total: 2s }", "time: { total: 900ms }"],
  ["a gate", "cost: { $lte: 1, severity: warn }", "cost: { $lte: 1 }"],
  ["a condition more", "check: size(calls) < 3", "check: [size(calls) < 3 && reply.text != '', 'true']"],
  ["more of the world", "world: { a: { $oneOf: [1, 2] } }", "world: { a: 1, b: [] }"],
  ["the long form", "status: failed", "status: { is: failed }"],
])("what is tightened is no loss: %s", (_, before, after) => {
  expect(scenarioLosses(withExpect(before), withExpect(after))).toEqual([]);
});

test.each<[string, string, string, string, string]>([
  [
    "a gate that became a warning",
    "cost: { $lte: 1 }",
    "cost: { $lte: 1, severity: warn }",
    "weakened",
    "turns.0.expect.cost.severity",
  ],
  [
    "a value that became a pattern",
    "tools: [lookup: { id: A-1 }]",
    "tools: [lookup: { id: { $regex: '^A' } }]",
    "weakened",
    "turns.0.expect.tools.0.lookup",
  ],
  ["any argument", "tools: [lookup: { id: A-1 }]", "tools: [lookup]", "weakened", "turns.0.expect.tools.0"],
  [
    "times that are wider",
    "tools: [{ lookup: { times: 2 } }]",
    "tools: [{ lookup: { times: 1..9 } }]",
    "weakened",
    "turns.0.expect.tools.0.lookup",
  ],
  ["calls that may be others", "tools: []", "tools: [lookup]", "weakened", "turns.0.expect.tools"],
  [
    "order",
    "tools: { calls: [a, b], order: in_order }",
    "tools: { calls: [a, b] }",
    "weakened",
    "turns.0.expect.tools.order",
  ],
  [
    "calls in another order",
    "tools: { calls: [a, b], order: in_order }",
    "tools: { calls: [b, a], order: in_order }",
    "changed",
    "turns.0.expect.tools.calls",
  ],
  [
    "more that will do",
    "reply: { any_of: [late] }",
    "reply: { any_of: [late, lost] }",
    "weakened",
    "turns.0.expect.reply.any_of",
  ],
  [
    "another text",
    "reply: { contains: late }",
    "reply: { contains: lost }",
    "removed",
    "turns.0.expect.reply.contains",
  ],
  ["a higher bound", "cost: { $lte: 0.05 }", "cost: { $lte: 0.5 }", "weakened", "turns.0.expect.cost"],
  ["more time", "time: { total: 900ms }", "time: { total: 2s }", "weakened", "turns.0.expect.time.total"],
  ["another end", "cost: { $lte: 1 }", "cost: { $lte: 1 }, status: failed", "changed", "turns.0.expect.status"],
  [
    "nothing said",
    "cost: { $lte: 1 }",
    "cost: { $lte: 1 }, reply: { empty: true }",
    "weakened",
    "turns.0.expect.reply.empty",
  ],
  [
    "a vote more against a no",
    "judge: polite",
    "judge: { rubric: polite, votes: { confirm_on_fail: 3 } }",
    "weakened",
    "turns.0.expect.judge.votes",
  ],
])("what is loosened is a loss: %s", (_, before, after, how, at) => {
  const losses = scenarioLosses(withExpect(before), withExpect(after));
  expect(losses.map((each) => `${each.how} ${each.at.join(".")}`)).toEqual([`${how} ${at}`]);
});

function withExpect(expectations: string): WrittenScenario {
  return declare(`assistant: a\nturns: [{ user: hi, expect: { ${expectations} } }]\n`).value;
}

test("a matcher is as strict as itself, and as strict as one that takes everything", () => {
  assert(
    property(oneof<Arbitrary<unknown>[]>(args, bound, string()), (matcher) => {
      expect(isAsStrict(matcher, matcher)).toBe(true);
      expect(isAsStrict({ $any: true }, matcher)).toBe(true);
    }),
  );
});
