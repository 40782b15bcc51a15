import type * as Crypto from "node:crypto";
import { createRequire } from "node:module";
import { canonicalJson } from "./json.ts";

const require = createRequire(import.meta.url);
/** Loaded on demand: most commands that only read files hash nothing. */
const loaded: { hash?: typeof Crypto.hash } = {};

/** SHA-256 of bytes or of a text as UTF-8, 64 hex characters. */
export function sha256(data: string | Uint8Array): string {
  loaded.hash ??= (require("node:crypto") as typeof Crypto).hash;
  return loaded.hash("sha256", data, "hex");
}

/** SHA-256 of the canonical JSON, 64 hex characters: equal values have equal hashes. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** The first 16 characters of `hashOf`: enough to distinguish two values of one field. */
export function shortHashOf(value: unknown): string {
  return shortHashOfText(canonicalJson(value));
}

/** The same for a canonical JSON text. */
export function shortHashOfText(text: string): string {
  if (text.length > longestRemembered) return sha256(text).slice(0, 16);
  const hash = remembered.get(text) ?? sha256(text).slice(0, 16);
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(text, hash);
  return hash;
}

/** Cached hashes of short texts: most of thousands of objects have the same model, tools and numbers. */
const remembered = new Map<string, string>();
const longestRemembered = 1_000;
const mostRemembered = 10_000;
