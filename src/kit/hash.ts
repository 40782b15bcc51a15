import type * as Crypto from "node:crypto";
import { createRequire } from "node:module";
import { canonicalJson } from "./json.ts";

const require = createRequire(import.meta.url);

/** SHA-256 of bytes or of a text as UTF-8, 64 hex characters. */
export function sha256(data: string | Uint8Array): string {
  // Loaded when it is needed: most commands that only read files hash nothing.
  const { hash } = require("node:crypto") as typeof Crypto;
  return hash("sha256", data, "hex");
}

/** SHA-256 of the canonical JSON, 64 hex characters: equal values have equal hashes. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** The first 16 characters of `hashOf`: enough to tell two values of one field apart. */
export function shortHashOf(value: unknown): string {
  return shortHashOfText(canonicalJson(value));
}

/** The same of a canonical JSON text. */
export function shortHashOfText(text: string): string {
  return sha256(text).slice(0, 16);
}
