import { createHash, timingSafeEqual } from "node:crypto";
import { defaultTenant } from "../store/store.ts";

/** An accepted API key: its owner and its hash, never the key itself. */
export interface ApiKey {
  /** The name given when it was created, which appears in the log. */
  name: string;
  /** The project whose objects it can access. */
  project: string;
  /** See `hashOfKey`. */
  hash: string;
}

/** Returns the currently accepted keys. */
export type Keys = () => Promise<readonly ApiKey[]>;

/** The hash that identifies a key (SHA-256 in hex). Keys are long and random, so that no slower hash is needed. */
export function hashOfKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** A single key, for the default project. */
export function oneKey(key: string): Keys {
  const only = [{ name: "default", project: defaultTenant, hash: hashOfKey(key) }];
  return async () => only;
}

/** The accepted key that equals a client's key; `null` when there is none. The comparison takes constant time. */
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
