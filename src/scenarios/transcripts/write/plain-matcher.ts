import { isObject } from "../../../kit/json.ts";
import { withoutExpressions } from "../../../project/write/escape.ts";
import { isOperators } from "../../matcher/operators.ts";

/** A matcher that matches only this value, or an object with more keys. Objects with keys that look like operators become a schema. */
export function plainMatcher(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainMatcher);
  if (!isObject(value)) return value;
  if (isOperators(value)) return { $schema: { const: value } };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainMatcher(each)]));
}

/** The value with all its texts escaped so that no expression in them is evaluated. */
export function asWritten<T>(value: T): T {
  if (typeof value === "string") return withoutExpressions(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => asWritten(each)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asWritten(each)])) as T;
}
