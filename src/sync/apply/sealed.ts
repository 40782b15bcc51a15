import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { isObject } from "../../kit/json.ts";
import { type Field, covers } from "../../resources/fields.ts";

/** The prefix of a snapshot's encrypted text, which only the project's snapshot key opens. */
const prefix = "playbill:sealed:1:";
const cipher = "aes-256-gcm";
const sizes = { iv: 12, tag: 16 };

/**
 * An object for a snapshot. The texts of these fields, and those for which `isSecret` is true, are encrypted, so that the file can be kept
 * as an artifact and still restores the object as it was. `key` returns 32 bytes, and is called only when there is something to encrypt.
 */
export function sealTexts(
  object: unknown,
  fields: readonly Field[],
  isSecret: (text: string) => boolean,
  key: () => Buffer,
): unknown {
  return changedTexts(object, "", (text, field) =>
    isSecret(text) || fields.some((each) => covers(each, field)) ? seal(text, key()) : text,
  );
}

/** The object with the texts of these fields replaced. */
export function hideTexts(object: unknown, fields: readonly Field[], hide: (text: string) => string): unknown {
  return changedTexts(object, "", (text, field) => (fields.some((each) => covers(each, field)) ? hide(text) : text));
}

/** True for an object of a snapshot in which something is encrypted. */
export function hasSealed(object: unknown): boolean {
  return JSON.stringify(object).includes(`"${prefix}`);
}

/** The object with its texts decrypted; `null` when the key does not fit. */
export function openSealed(object: unknown, key: Buffer): unknown {
  try {
    return changedTexts(object, "", (text) => (text.startsWith(prefix) ? open(text, key) : text));
  } catch {
    return null;
  }
}

/** The nonce is derived from the text, so that two texts never share one. */
function seal(text: string, key: Buffer): string {
  const iv = createHmac("sha256", key).update(text).digest().subarray(0, sizes.iv);
  const encrypting = createCipheriv(cipher, key, iv);
  const body = Buffer.concat([encrypting.update(text, "utf8"), encrypting.final()]);
  return prefix + Buffer.concat([iv, encrypting.getAuthTag(), body]).toString("base64");
}

function open(text: string, key: Buffer): string {
  const bytes = Buffer.from(text.slice(prefix.length), "base64");
  const body = sizes.iv + sizes.tag;
  const decrypting = createDecipheriv(cipher, key, bytes.subarray(0, sizes.iv));
  decrypting.setAuthTag(bytes.subarray(sizes.iv, body));
  return Buffer.concat([decrypting.update(bytes.subarray(body)), decrypting.final()]).toString("utf8");
}

/** Fields have the same names on the wire as in the files. */
function changedTexts(value: unknown, field: Field, change: (text: string, field: Field) => string): unknown {
  if (typeof value === "string") return change(value, field);
  if (Array.isArray(value)) return value.map((each: unknown) => changedTexts(each, field, change));
  if (!isObject(value)) return value;
  const below = (key: string) => (field === "" ? key : `${field}.${key}`);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, changedTexts(each, below(key), change)]));
}
