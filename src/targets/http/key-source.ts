import { isObject, numberOrNull, parseJson, someTextOrNull } from "../../kit/json.ts";
import type { Clock } from "../../kit/clock.ts";
import { orAborted } from "../../kit/waiting.ts";

/** A source of a target's key that gets it when it is needed. */
export interface KeySource {
  /** Returns the same key until it is about to expire. Rejects with the signal's reason, or with the error of getting a key. */
  get(signal: AbortSignal): Promise<string>;
  /** The target refused a key: the next `get` gets a new one, unless there is one already. */
  refused(key: string): void;
}

/** A key and its expiry in milliseconds since 1970; `null` when that is not known. */
export interface IssuedKey {
  key: string;
  expiresAt: number | null;
}

/** A key with less time left than this, in milliseconds, is renewed. */
const margin = 60_000;

/** A source that calls `ask` when there is no key, or it is about to expire; concurrent callers share one call. */
export function createKeySource(ask: () => Promise<IssuedKey>, clock: Clock): KeySource {
  let issued: IssuedKey | null = null;
  let asking: Promise<IssuedKey> | null = null;
  const isGood = ({ expiresAt }: IssuedKey): boolean => expiresAt === null || expiresAt - clock.now() > margin;
  const asked = async (): Promise<IssuedKey> => {
    try {
      issued = await ask();
      return issued;
    } finally {
      asking = null;
    }
  };
  return {
    async get(signal) {
      if (issued !== null && isGood(issued)) return issued.key;
      asking ??= asked();
      // All callers may be gone when it fails.
      asking.catch(() => {});
      return (await orAborted(asking, signal)).key;
    },
    refused(key) {
      if (issued?.key === key) issued = null;
    },
  };
}

/**
 * The key in the output of a command: JSON like that of `az account get-access-token`, or the key alone. `null` when there is none.
 * A key that is a JSON Web Token contains its expiry.
 */
export function readIssuedKey(printed: string, now: number): IssuedKey | null {
  const value = parseJson(printed);
  if (isObject(value)) {
    const inner = isObject(value.status) ? value.status : value;
    const key = ["accessToken", "access_token", "token", "id_token"]
      .map((name) => someTextOrNull(inner[name]))
      .find(Boolean);
    if (key === undefined || key === null) return null;
    return { key, expiresAt: expiryIn(inner, now) ?? expiryOfToken(key) };
  }
  const key = typeof value === "string" ? value.trim() : printed.trim();
  if (key === "" || /\s/.test(key)) return null;
  return { key, expiresAt: expiryOfToken(key) };
}

/** The expiry: seconds since 1970 (`expires_on`, also as text), seconds from now (`expires_in`), or a date. */
function expiryIn(value: Record<string, unknown>, now: number): number | null {
  const seconds = ["expires_on", "expires_at", "exp"]
    .map((name) => toNumber(value[name]))
    .find((each) => each !== null);
  if (seconds !== undefined && seconds !== null) return seconds * 1000;
  const left = toNumber(value.expires_in);
  if (left !== null) return now + left * 1000;
  const written = ["expiresOn", "token_expiry", "expirationTimestamp", "expires_at", "expiry"]
    .map((name) => someTextOrNull(value[name]))
    .find((each) => each !== null);
  // `az` prints a local time without a zone: https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
  const at =
    written === undefined || written === null ? Number.NaN : Date.parse(written.replace(/\.(\d{3})\d*/, ".$1"));
  return Number.isNaN(at) ? null : at;
}

function toNumber(value: unknown): number | null {
  if (typeof value === "string" && /^\d+$/.test(value)) return Number(value);
  return numberOrNull(value);
}

function expiryOfToken(key: string): number | null {
  const [, body, signature] = key.split(".");
  if (body === undefined || signature === undefined) return null;
  const claims = parseJson(Buffer.from(body, "base64url").toString());
  const expires = isObject(claims) ? toNumber(claims.exp) : null;
  return expires === null ? null : expires * 1000;
}
