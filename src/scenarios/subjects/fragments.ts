import { keyDefaults } from "../../project/schemas/defaults.ts";
import { Type } from "../../schema/builder.ts";
import type { Path } from "../../project/project.ts";
import { checkMatcher, isExpression } from "../matcher/check-matcher.ts";
import { show } from "../matcher/json.ts";
import { isOperators } from "../matcher/operators.ts";
import type { Fault } from "./subject.ts";

/** A pattern of the matcher language: a literal is a deep partial match, operators start with `$`. */
export const Matcher = Type.Unknown({
  description: "A value or a matcher: { $regex: ... }, { $gt: 3 }, { $any: true }, ...",
  examples: ["late", { $gt: 3 }],
});

/** The optional `severity` of an expectation. */
export const severity = Type.Optional(
  Type.Union([Type.Literal("gate"), Type.Literal("warn")], {
    default: keyDefaults.expect.severity,
    description: "warn reports a failed expectation without failing the scenario. Default: gate.",
  }),
);

/** The fault of an expectation that holds whatever happens. */
export function neverFails(at: Path, why: string, hint: string): Fault {
  return { at, code: "never_fails", message: `this can never fail: ${why}`, hint };
}

/** The fault of an expectation that nothing can satisfy. */
export function neverHolds(at: Path, why: string, hint?: string): Fault {
  return { at, code: "never_holds", message: `this can never hold: ${why}`, ...(hint !== undefined && { hint }) };
}

const notOf = {
  string: ["$gt", "$gte", "$lt", "$lte", "$approx", "$within"],
  number: ["$regex", "$startsWith", "$contains", "$len"],
};

/** The faults of a matcher at `at` for a value that is always a string, or always a number. */
export function typedMatcherFaults(pattern: unknown, at: Path, type: keyof typeof notOf): Fault[] {
  const faults = matcherFaults(pattern, at);
  if (faults.length > 0 || pattern === undefined) return faults;
  const example = type === "number" ? "{ $lte: 90 }" : "{ $regex: ... }";
  const hint = `The value is a ${type}: write a ${type}, or operators such as ${example}.`;
  const never = (where: Path, what: string): Fault[] => [
    { at: where, code: "never_holds", message: `a ${type} never matches ${what}`, hint },
  ];
  if (isOperators(pattern)) {
    const wrong = Object.keys(pattern).find((name) => notOf[type].includes(name));
    return wrong === undefined ? [] : never([...at, wrong], wrong);
  }
  const isFitting = typeof pattern === type || isExpression(pattern);
  return isFitting ? [] : never(at, show(pattern));
}

/** The faults of a matcher for a count: one that no whole number of at least 0 matches, or comparisons alone that every one matches. */
export function countFaults(pattern: unknown, at: Path): Fault[] {
  const faults = typedMatcherFaults(pattern, at, "number");
  if (faults.length > 0 || pattern === undefined || isExpression(pattern)) return faults;
  if (!isOperators(pattern))
    return Number.isInteger(pattern) && Number(pattern) >= 0 ? [] : [neverHolds(at, notACount)];
  const range = { low: 0, high: Infinity };
  let isRangeOnly = true;
  for (const [name, operand] of Object.entries(pattern)) {
    const narrow = comparisons[name];
    if (narrow === undefined || typeof operand !== "number") isRangeOnly = false;
    else Object.assign(range, narrow(range, operand));
  }
  if (range.low > range.high) return [neverHolds(at, notACount)];
  return isRangeOnly && range.low === 0 && range.high === Infinity
    ? [neverFails(at, "every count matches", "Write a condition that can fail.")]
    : [];
}

/** The faults of a matcher for an amount: one that no number of at least 0 matches, an exact amount, or comparisons that every amount matches. */
export function amountFaults(pattern: unknown, at: Path): Fault[] {
  const faults = typedMatcherFaults(pattern, at, "number");
  if (faults.length > 0 || isExpression(pattern)) return faults;
  if (!isOperators(pattern) || Object.keys(pattern).length === 0)
    return [neverHolds(at, "an amount is hardly ever exactly this", "Write a limit such as { $lte: 0.05 }.")];
  const entries = Object.entries(pattern);
  const isBelowNone = entries.some(
    ([name, operand]) => Number(operand) < (name === "$lt" ? Number.MIN_VALUE : 0) && name.startsWith("$l"),
  );
  if (isBelowNone) return [neverHolds(at, "an amount is at least 0, so none matches")];
  return entries.every(
    ([name, operand]) => (name === "$gte" && Number(operand) <= 0) || (name === "$gt" && Number(operand) < 0),
  )
    ? [neverFails(at, "every amount matches", "Write a condition that can fail.")]
    : [];
}

const notACount = "a count is a whole number of at least 0, so none matches";

interface Range {
  low: number;
  high: number;
}

const comparisons: Readonly<Record<string, (range: Range, operand: number) => Partial<Range>>> = {
  $gt: ({ low }, operand) => ({ low: Math.max(low, Math.floor(operand) + 1) }),
  $gte: ({ low }, operand) => ({ low: Math.max(low, Math.ceil(operand)) }),
  $lt: ({ high }, operand) => ({ high: Math.min(high, Math.ceil(operand) - 1) }),
  $lte: ({ high }, operand) => ({ high: Math.min(high, Math.floor(operand)) }),
};

/** The faults of a matcher at `at`. */
export function matcherFaults(pattern: unknown, at: Path): Fault[] {
  return checkMatcher(pattern).map(({ path, code, message }) => ({
    at: [...at, ...path],
    place: code === "bad_regex" ? "value" : "key",
    code,
    message,
  }));
}
