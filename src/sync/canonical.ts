import { createHash } from "node:crypto";

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON text in which equal values have equal text: keys sorted, `\r\n` as `\n`, absent keys left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(toCanonical(value));
}

/** SHA-256 of the canonical JSON, 64 hex characters. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** The first 16 characters of `hashOf`: enough to tell two values of one field apart. */
export function shortHashOf(value: unknown): string {
  return hashOf(value).slice(0, 16);
}

/** The same value with keys sorted, `\r\n` as `\n` and `undefined` left out. */
export function toCanonical(value: unknown): Json {
  if (typeof value === "string") return value.replaceAll("\r\n", "\n");
  if (Array.isArray(value)) return value.map(toCanonical);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      entries.toSorted(([a], [b]) => compareText(a, b)).map(([key, each]) => [key, toCanonical(each)]),
    );
  }
  return (value ?? null) as Json;
}

/** The order of code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
