import { diffJson } from "diff";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import { block } from "./text.ts";
import { isObject } from "../../kit/json.ts";

const mostLines = 20;

/** Expected against actual: a diff for two structures, two lines otherwise. */
export function differenceOf(expected: unknown, actual: unknown): string[] {
  if (!isStructure(expected, actual)) {
    return [...block(plain(expected), "- ", mostLines), ...block(plain(actual), "+ ", mostLines)];
  }
  return diffJson(aligned(expected, actual) as object, actual as object).flatMap(({ value, added, removed }) =>
    block(value, added ? "+ " : removed ? "- " : "  ", mostLines),
  );
}

/** A pattern with everything that holds replaced by what it holds for, so that a diff shows only what does not. */
function aligned(pattern: unknown, actual: unknown): unknown {
  if (actual !== undefined && match(pattern, actual).length === 0) return actual;
  if (!isObject(pattern) || !isObject(actual) || Object.keys(pattern).some((key) => key.startsWith("$")))
    return pattern;
  const parts = Object.entries(pattern).map(([key, each]) => [key, aligned(each, actual[key])]);
  return { ...actual, ...Object.fromEntries(parts) };
}

function isStructure(expected: unknown, actual: unknown): boolean {
  return (isObject(expected) && isObject(actual)) || (Array.isArray(expected) && Array.isArray(actual));
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}
