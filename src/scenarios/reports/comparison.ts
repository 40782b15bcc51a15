import { cutAround } from "../../kit/difference.ts";
import { isObject, toCanonical } from "../../kit/json.ts";
import type { Comparison } from "../../page-data/scenario-page.ts";
import { match } from "../matcher/match.ts";
import { show } from "../matcher/json.ts";
import type { Verdict } from "../verdict.ts";
import { nearestPart } from "./nearest-part.ts";

/** The maximum length of each text in a comparison, in characters: more than anyone reads, and the full text is in the conversation. */
const most = 65_536;

/** The two texts that best show why an expectation does not hold; `null` when its sentence is sufficient. */
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
 * Two values as texts whose difference shows what does not hold: objects and lists as JSON with sorted keys, in which everything that holds
 * is equal on both sides.
 */
export function comparedTexts(expected: unknown, actual: unknown): { expected: string; actual: string } {
  return areStructures(expected, actual)
    ? { expected: pretty(aligned(expected, actual)), actual: pretty(actual) }
    : { expected: plainText(expected), actual: plainText(actual) };
}

/** True if both values are objects, or both are lists. */
export function areStructures(expected: unknown, actual: unknown): boolean {
  return (isObject(expected) && isObject(actual)) || (Array.isArray(expected) && Array.isArray(actual));
}

/** A text unchanged, any other value as JSON. */
export function plainText(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}

/** A pattern in which the parts that hold are replaced by the actual values, so that a diff shows only what does not hold. */
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
