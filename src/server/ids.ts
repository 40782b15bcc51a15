import { randomBytes } from "node:crypto";
import type { Ids } from "./services.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const length = 24;

/** Random ids in the API's form. The top bytes that would favour some letters are skipped. */
export const randomIds: Ids = (prefix) => {
  let id = "";
  while (id.length < length)
    for (const byte of randomBytes(length * 2)) if (byte < 248 && id.length < length) id += alphabet[byte % 62];
  return prefix + id;
};

/** Counted ids, the same in every process that does the same: `asst_000000000000000000000001`. */
export function countedIds(): Ids {
  const counts = new Map<string, number>();
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return prefix + String(count).padStart(length, "0");
  };
}
