import { didYouMean } from "../kit/words.ts";
import { type Schema, typeOf } from "../schema/schema.ts";
import type { Sized } from "../schema/walk.ts";
import type { Finding } from "./finding.ts";
import type { Path } from "./project.ts";

/** The name of the value at a path in messages. */
export function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  return typeof last === "string" ? `"${last}"` : `item ${last + 1} of ${nameOf(path.slice(0, -1))}`;
}

/** What a text, a list and a mapping are counted in. */
export const counted: Record<Sized, string> = { string: "characters", array: "items", object: "keys" };

/** `from 1 to 5`, `at most 5`. */
export function boundsOf({ minimum, maximum }: Schema): string {
  if (maximum === undefined) return `at least ${minimum}`;
  return minimum === undefined ? `at most ${maximum}` : `from ${minimum} to ${maximum}`;
}

const typeWords: Record<string, string> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  null: "nothing",
};
const inWords = (type: string): string => typeWords[type] ?? type;

/** A value of another type than these; `example` shows one that is right. */
export function wrongType(types: string[], value: unknown, path: Path, example?: unknown): Finding {
  const expected = [...new Set(types.map(inWords))].join(" or ");
  const found = typeof value === "boolean" ? String(value) : inWords(typeOf(value));
  const quoted = typeof value === "string" && types.some((type) => ["number", "integer"].includes(type));
  const isNumeric = quoted && value.trim() !== "" && Number.isFinite(Number(value));
  return {
    path,
    code: "wrong_type",
    message: `${nameOf(path)} must be ${expected}, not ${found}`,
    ...(isNumeric && { label: "write it without quotes" }),
    // If a text must have a format, adding quotes would not be enough.
    ...(typeof example === "string"
      ? { hint: `For example: ${example}` }
      : types.includes("string") && typeof value === "number" && { label: "write it in quotes" }),
  };
}

/** A value that is none of the possible ones. */
export function unknownValue(possible: readonly unknown[], value: unknown, path: Path): Finding {
  const words = possible.map((each) => (typeof each === "string" ? `"${each}"` : JSON.stringify(each)));
  const texts = possible.filter((each) => typeof each === "string");
  return {
    path,
    code: "unknown_value",
    message: `${nameOf(path)} cannot be ${JSON.stringify(value)}`,
    hint: words.length === 1 ? `It must be ${words.join("")}.` : `It must be one of ${words.join(", ")}.`,
    ...(typeof value === "string" && didYouMean(value, texts)),
  };
}

/** A key that its mapping does not have: what was meant, where it belongs, or what is allowed. */
export function unknownKey(
  key: string,
  known: string[],
  value: Record<string, unknown>,
  path: Path,
  /** The known keys whose mappings may have it. */
  inside: string[] = [],
): Finding {
  const free = known.filter((each) => !Object.hasOwn(value, each));
  const meant = didYouMean(key, free);
  const allowed = known.length === 0 ? "No keys are allowed here." : `Allowed here: ${known.join(", ")}.`;
  const hint = inside.length === 0 ? allowed : `It is a key of ${inside.join(", ")}: ${inside[0]}: { ${key}: ... }`;
  return {
    path: [...path, key],
    at: "key",
    code: "unknown_key",
    message: `unknown key "${key}"`,
    ...(inside.length > 0 || meant.label === undefined ? { hint } : meant),
  };
}

/** True when a mapping of that schema may have the key. */
export function hasKey({ properties = {}, anyOf = [] }: Schema = {}, key: string): boolean {
  return Object.hasOwn(properties, key) || anyOf.some((each) => hasKey(each, key));
}
