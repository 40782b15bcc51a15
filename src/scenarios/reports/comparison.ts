import { cutAround } from "../../kit/difference.ts";
import { isObject, toCanonical } from "../../kit/json.ts";
import type { Comparison } from "../../page-data/scenario-page.ts";
import { match } from "../matcher/match.ts";
import { show } from "../matcher/json.ts";
import type { Verdict } from "../verdict.ts";
import { nearestPart } from "./nearest-part.ts";

/** Characters of each text of a comparison: more than one looks through, and the whole text is in the conversation. */
const most = 65_536;

/** The two texts that show best why an expectation does not hold; `null` when its sentence says everything. */
export function comparisonOf({
  shows,
  expected,
  actual,
}: Pick<Verdict, "shows" | "expected" | "actual">): Comparison | null {
  switch (shows) {
    case "nothing":
      return null;
    case "difference": {
      const texts = comparedTexts(expected, actual);
      const { one, other } = cutAround(texts.expected, texts.actual, most);
      return { shows, expected: one, actual: other };
    }
    case "missing_part":
      return { shows, ...missing(expected, String(actual)) };
    case "unwanted_part": {
      const text = String(actual);
      const part = plainText(expected);
      const at = Math.max(0, text.indexOf(part));
      return { shows, expected: part, actual: cutAround(text, text.slice(0, at), most).one };
    }
  }
}

function missing(expected: unknown, actual: string): { expected: string; actual: string } {
  const near = typeof expected === "string" ? nearestPart(expected, actual) : null;
  const { one, other } = cutAround(plainText(expected), near ?? actual, most);
  return { expected: one, actual: other };
}

/**
 * Two values as texts of which the difference shows what does not hold: objects and lists as JSON with sorted keys, in which everything that holds is
 * the same on both sides.
 */
export function comparedTexts(expected: unknown, actual: unknown): { expected: string; actual: string } {
  return areStructures(expected, actual)
    ? { expected: pretty(aligned(expected, actual)), actual: pretty(actual) }
    : { expected: plainText(expected), actual: plainText(actual) };
}

/** True for two objects, and for two lists. */
export function areStructures(expected: unknown, actual: unknown): boolean {
  return (isObject(expected) && isObject(actual)) || (Array.isArray(expected) && Array.isArray(actual));
}

/** A text as it is, everything else as JSON. */
export function plainText(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}

/** A pattern with everything that holds replaced by what it holds for, so that a diff shows only what does not. */
function aligned(pattern: unknown, actual: unknown): unknown {
  if (actual !== undefined && match(pattern, actual).length === 0) return actual;
  if (Array.isArray(pattern) && Array.isArray(actual)) {
    return pattern.map((each, index) => aligned(each, actual[index]));
  }
  if (!isObject(pattern) || !isObject(actual) || Object.keys(pattern).some((key) => key.startsWith("$")))
    return pattern;
  const parts = Object.entries(pattern).map(([key, each]) => [key, aligned(each, actual[key])]);
  return { ...actual, ...Object.fromEntries(parts) };
}

const pretty = (value: unknown): string => JSON.stringify(toCanonical(value), null, 2);
