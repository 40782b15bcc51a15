import { createHash, timingSafeEqual } from "node:crypto";
import { defaultTenant } from "../store/store.ts";

/** A key that clients may send: whose it is, and its hash, never the key itself. */
export interface ApiKey {
  /** Who sends it, in the words of whoever made it; the log names it. */
  name: string;
  /** Whose objects it reaches. */
  project: string;
  /** See `hashOfKey`. */
  hash: string;
}

/** The keys that are accepted at this moment. */
export type Keys = () => Promise<readonly ApiKey[]>;

/** The hash by which a key is known (SHA-256 in hex). Keys are long and random, so that no slower hash is needed. */
export function hashOfKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** One key alone; it reaches the default project. */
export function oneKey(key: string): Keys {
  const only = [{ name: "default", project: defaultTenant, hash: hashOfKey(key) }];
  return async () => only;
}

/** The key that a client sent, `null` when there is none like it. How long it takes says nothing about any key. */
export function findKey(keys: readonly ApiKey[], given: string): ApiKey | null {
  const hash = Buffer.from(hashOfKey(given), "hex");
  let found: ApiKey | null = null;
  for (const key of keys) if (timingSafeEqual(hash, Buffer.from(key.hash, "hex"))) found = key;
  return found;
}

/** The same text for the same keys in any order, so that two servers can compare theirs. */
export function keysFingerprint(keys: readonly ApiKey[]): string {
  const each = keys.map(({ name, project, hash }) => JSON.stringify([name, project, hash]));
  return hashOfKey(each.toSorted().join("\n"));
}
