/** A value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object whose values are not checked yet. */
export type JsonObject = Record<string, unknown>;

/** The keys and indexes that lead to a part of a JSON value: `["turns", 0, "expect"]`. */
export type JsonPath = readonly (string | number)[];

/** True for a JSON object; lists and `null` are not. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an empty one. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The value when it is a list, else an empty one. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; none when the value is not a list. */
export function objectsOf(value: unknown): JsonObject[] {
  return asList(value).filter(isObject);
}

/** The value when it is a text, else an empty one. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value when it is a text, else `null`. */
export function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The value when it is a text that is not empty, else `null`. */
export function someTextOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The value when it is a number, else `null`. */
export function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** The value of a JSON text; `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The value of a JSON text that is nested at most `most` levels deep; `undefined` for any other text. Recursion over it cannot exhaust the stack. */
export function parseShallowJson(text: string, most = 200): unknown {
  const value = parseJson(text);
  return isDeeperThan(value, most) ? undefined : value;
}

/** True for a value with more than `most` levels of lists and objects. Works without recursion. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((each) =>
      typeof each === "object" && each !== null ? Object.values(each).filter((inner) => typeof inner === "object") : [],
    );
  }
  return false;
}

/** JSON text in which equal values have equal text: keys sorted, `\r\n` as `\n`, absent keys left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(isCanonical(value) ? value : toCanonical(value));
}

/** True for a value that `toCanonical` would only copy. */
function isCanonical(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\r\n");
  if (Array.isArray(value)) return value.every(isCanonical);
  if (typeof value !== "object" || value === null) return value !== undefined;
  let before = "";
  for (const key of Object.keys(value)) {
    if (key < before || !isCanonical((value as JsonObject)[key])) return false;
    before = key;
  }
  return true;
}

/** The same value with keys sorted, `\r\n` as `\n` and `undefined` left out. */
export function toCanonical(value: unknown): Json {
  if (typeof value === "string") return value.includes("\r") ? value.replaceAll("\r\n", "\n") : value;
  if (Array.isArray(value)) return value.map(toCanonical);
  if (typeof value === "object" && value !== null) {
    const sorted: Record<string, Json> = {};
    // Without a comparison function, `toSorted` compares code units, as `compareText` does.
    for (const key of Object.keys(value).toSorted()) {
      const each = (value as JsonObject)[key];
      if (each !== undefined) setOwn(sorted, key, toCanonical(each));
    }
    return sorted;
  }
  return (value ?? null) as Json;
}

/** True for two equal JSON values, regardless of key order; absent keys and `undefined` are the same. */
export function isAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    for (let index = 0; index < one.length; index += 1) if (!isAlike(one[index], other[index])) return false;
    return true;
  }
  const [some, others] = [one as JsonObject, other as JsonObject];
  for (const key of Object.keys(some))
    if (some[key] !== undefined && !(Object.hasOwn(others, key) && isAlike(some[key], others[key]))) return false;
  return Object.keys(others).every(
    (key) => others[key] === undefined || (Object.hasOwn(some, key) && some[key] !== undefined),
  );
}

/** Sets a key as data, including `__proto__`, which is special in an assignment. */
function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true });
  else object[key] = value;
}

/** The order of code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
