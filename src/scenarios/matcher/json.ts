import type { JsonPath } from "../../kit/json.ts";

/** The JSON type of a value, as worded in a sentence. */
export function typeName(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const longest = 200;

/** A value as JSON on one line, truncated if long. */
export function show(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > longest ? `${json.slice(0, longest)}…` : json;
}

/** `a.b[0]`, or an empty text for the root. */
export function showPath(path: JsonPath): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}
