import { isObject, numberOrNull, parseJson, someTextOrNull } from "../../kit/json.ts";
import type { Clock } from "../../kit/clock.ts";
import { orAborted } from "../../kit/waiting.ts";

/** Where a target's key comes from, when it is asked for as it is needed. */
export interface KeySource {
  /** The same key until it is about to expire. Rejects with the signal's reason, and with whatever asking for a key throws. */
  get(signal: AbortSignal): Promise<string>;
  /** The target refused a key: unless there is another one meanwhile, the next `get` asks for one. */
  refused(key: string): void;
}

/** A key, and when it expires, in milliseconds since 1970; `null` when nobody says. */
export interface IssuedKey {
  key: string;
  expiresAt: number | null;
}

/** A key that has less time left is asked for again, in milliseconds. */
const margin = 60_000;

/** A source that asks for a key when there is none, or none that is good for long; of many that want it at once, one asks. */
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
      // Nobody may wait for it any more when it fails.
      asking.catch(() => {});
      return (await orAborted(asking, signal)).key;
    },
    refused(key) {
      if (issued?.key === key) issued = null;
    },
  };
}

/**
 * The key in what a command printed: JSON as `az account get-access-token` and its like print it, or the key by itself. `null` when there is none.
 * A key that is a JSON Web Token says itself when it expires.
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

/** Times of expiry: seconds since 1970 (`expires_on`, also as text), from now (`expires_in`), or written out. */
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
  // What `az` writes out is local time, without a zone: https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
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
