import type { Finding } from "./finding.ts";
import type { Path } from "./project.ts";
import { didYouMean } from "../kit/words.ts";

/** The part of JSON Schema that Playbill's own schemas are written in. */
export interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  anyOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  uniqueItems?: boolean;
  description?: string;
  $defs?: Record<string, Schema>;
}

/** Whether a value is of a JSON Schema type. */
export function hasType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  return typeOf(value) === type;
}

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

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

/** The finding for a value of none of the types that were possible. */
export function wrongType(types: string[], value: unknown, path: Path): Finding {
  const expected = [...new Set(types.map(inWords))].join(" or ");
  const found = typeof value === "boolean" ? String(value) : inWords(typeOf(value));
  const quoted = typeof value === "string" && types.some((type) => ["number", "integer"].includes(type));
  const isNumeric = quoted && value.trim() !== "" && Number.isFinite(Number(value));
  return {
    path,
    code: "wrong_type",
    message: `${nameOf(path)} must be ${expected}, not ${found}`,
    ...(isNumeric && { label: "write it without quotes" }),
    ...(types.includes("string") && typeof value === "number" && { label: "write it in quotes" }),
  };
}

/** The finding for a word that is none of the words that were possible. */
export function unknownValue(allowed: unknown[], value: unknown, path: Path): Finding {
  const words = allowed.map((each) => (typeof each === "string" ? `"${each}"` : JSON.stringify(each)));
  return {
    path,
    code: "unknown_value",
    message: `${nameOf(path)} cannot be ${JSON.stringify(value)}`,
    hint: words.length === 1 ? `It must be ${words.join("")}.` : `It must be one of ${words.join(", ")}.`,
    ...(typeof value === "string" &&
      didYouMean(
        value,
        allowed.filter((each) => typeof each === "string"),
      )),
  };
}

/** How a message calls the value at a path. */
export function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  return typeof last === "string" ? `"${last}"` : `item ${last + 1} of ${nameOf(path.slice(0, -1))}`;
}

/** The finding for a key that is none of the keys that were possible. */
export function unknownKey(key: string, known: string[], value: Record<string, unknown>, path: Path): Finding {
  const free = known.filter((each) => !Object.hasOwn(value, each));
  const meant = didYouMean(key, free);
  const hint = known.length === 0 ? "No keys are possible here." : `Possible here: ${known.join(", ")}.`;
  return {
    path: [...path, key],
    at: "key",
    code: "unknown_key",
    message: `unknown key "${key}"`,
    ...(meant.label === undefined ? { hint } : meant),
  };
}
