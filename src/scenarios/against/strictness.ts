import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../../kit/json.ts";
import { match } from "../matcher/match.ts";

/** True when everything that matches `after` also matches `before`; false when that cannot be determined. */
export function isAsStrict(before: unknown, after: unknown): boolean {
  if (isDeepStrictEqual(before, after) || acceptsAll(before)) return true;
  if (acceptsAll(after)) return false;
  if (isOperators(before)) {
    if (!isOperators(after)) return !holdsOperators(after) && match(before, after).length === 0;
    return Object.entries(before).every(
      ([name, operand]) => Object.hasOwn(after, name) && isOperandAsStrict(name, operand, after[name]),
    );
  }
  if (Array.isArray(before)) {
    return (
      Array.isArray(after) &&
      after.length === before.length &&
      before.every((each, index) => isAsStrict(each, after[index]))
    );
  }
  if (!isObject(before) || !isObject(after) || isOperators(after)) return false;
  return Object.entries(before).every(([key, each]) => Object.hasOwn(after, key) && isAsStrict(each, after[key]));
}

/** True for a matcher that matches every existing value. */
function acceptsAll(matcher: unknown): boolean {
  if (matcher === undefined) return true;
  return (
    isOperators(matcher) &&
    Object.entries(matcher).every(
      ([name, operand]) => (name === "$any" || name === "$ignore" || name === "$exists") && operand === true,
    )
  );
}

function isOperators(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith("$"));
}

function holdsOperators(value: unknown): boolean {
  if (isOperators(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsOperators);
}

function isOperandAsStrict(name: string, before: unknown, after: unknown): boolean {
  if (isDeepStrictEqual(before, after)) return true;
  if (typeof before === "number" && typeof after === "number") {
    if (name === "$lt" || name === "$lte" || name === "$within") return after <= before;
    return (name === "$gt" || name === "$gte") && after >= before;
  }
  if (typeof before === "string" && typeof after === "string") {
    return (name === "$contains" && after.includes(before)) || (name === "$startsWith" && after.startsWith(before));
  }
  if (name === "$oneOf" && Array.isArray(before) && Array.isArray(after))
    return after.every((each) => before.some((other) => isDeepStrictEqual(each, other)));
  return name === "$len" && isAsStrict(before, after);
}
