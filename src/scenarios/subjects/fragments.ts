import { Type } from "../../schema/builder.ts";
import type { Path } from "../../project/project.ts";
import { checkMatcher, isExpression } from "../matcher/check-matcher.ts";
import { show } from "../matcher/json.ts";
import { isOperators } from "../matcher/operators.ts";
import type { Fault } from "./subject.ts";

/** A pattern of the matcher language: a literal matches deep-partially, operators start with `$`. */
export const Matcher = Type.Unknown({
  description: "A value or a matcher: { $regex: ... }, { $gt: 3 }, { $any: true }, ...",
});

/** `severity`, which an expectation may have. */
export const severity = Type.Optional(
  Type.Union([Type.Literal("gate"), Type.Literal("warn")], {
    description: "warn reports a miss and does not fail the scenario.",
  }),
);

/** An expectation that holds whatever happens. */
export function neverFails(at: Path, why: string, hint: string): Fault {
  return { at, code: "never_fails", message: `this can never fail: ${why}`, hint };
}

/** An expectation that nothing fits. */
export function neverHolds(at: Path, why: string, hint?: string): Fault {
  return { at, code: "never_holds", message: `this can never hold: ${why}`, ...(hint !== undefined && { hint }) };
}

const notOf = {
  text: ["$gt", "$gte", "$lt", "$lte", "$approx", "$within"],
  number: ["$regex", "$startsWith", "$contains", "$len"],
};

/** What is wrong with a matcher at `at` of something that is always a text, or always a number. */
export function typedMatcherFaults(pattern: unknown, at: Path, type: keyof typeof notOf): Fault[] {
  const faults = matcherFaults(pattern, at);
  if (faults.length > 0 || pattern === undefined) return faults;
  const example = type === "number" ? "{ $lte: 90 }" : "{ $regex: ... }";
  const hint = `It is a ${type}: write a ${type}, or operators such as ${example}.`;
  const never = (where: Path, what: string): Fault[] => [
    { at: where, code: "never_holds", message: `a ${type} never matches ${what}`, hint },
  ];
  if (isOperators(pattern)) {
    const wrong = Object.keys(pattern).find((name) => notOf[type].includes(name));
    return wrong === undefined ? [] : never([...at, wrong], wrong);
  }
  const isFitting = typeof pattern === (type === "text" ? "string" : "number") || isExpression(pattern);
  return isFitting ? [] : never(at, show(pattern));
}

/** What is wrong with a matcher of a count: comparisons that no whole number from 0 fits, or, where they are all, that every one does. */
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
    ? [neverFails(at, "every count fits", "Write a limit that can be missed.")]
    : [];
}

/** What is wrong with a matcher of an amount: what no number from 0 fits, an exact one, or comparisons that every amount fits. */
export function amountFaults(pattern: unknown, at: Path): Fault[] {
  const faults = typedMatcherFaults(pattern, at, "number");
  if (faults.length > 0 || isExpression(pattern)) return faults;
  if (!isOperators(pattern) || Object.keys(pattern).length === 0)
    return [neverHolds(at, "hardly an amount is exactly that", "Write a limit: { $lte: 0.05 }.")];
  const entries = Object.entries(pattern);
  const isBelowNone = entries.some(
    ([name, operand]) => Number(operand) < (name === "$lt" ? Number.MIN_VALUE : 0) && name.startsWith("$l"),
  );
  if (isBelowNone) return [neverHolds(at, "no amount fits, which is 0 or more")];
  return entries.every(
    ([name, operand]) => (name === "$gte" && Number(operand) <= 0) || (name === "$gt" && Number(operand) < 0),
  )
    ? [neverFails(at, "every amount fits", "Write a limit that can be missed.")]
    : [];
}

const notACount = "no count fits, which is a whole number from 0";

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

/** What is wrong with a matcher that is at `at`. */
export function matcherFaults(pattern: unknown, at: Path): Fault[] {
  return checkMatcher(pattern).map(({ path, code, message }) => ({
    at: [...at, ...path],
    place: code === "bad_regex" ? "value" : "key",
    code,
    message,
  }));
}
