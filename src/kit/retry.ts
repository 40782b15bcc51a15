import { asObject } from "./json.ts";

const firstBackoff = 500;
const longestBackoff = 8_000;
const passing = new Set([408, 409, 425, 429]);
const usedUp = new Set(["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "access_terminated"]);

/** True when the same request may succeed later; a used-up quota does not recover automatically. */
export function mayPass(status: number, body: unknown): boolean {
  if (isQuotaUsedUp(asObject(body).error)) return false;
  return passing.has(status) || (status >= 500 && status !== 501);
}

/** True for an API's `error` object for an account whose quota or credit is used up. */
export function isQuotaUsedUp(error: unknown): boolean {
  const { code, type } = asObject(error);
  return [code, type].some((each) => typeof each === "string" && usedUp.has(each));
}

/** Milliseconds that an answer asks to wait (`retry-after-ms`, `Retry-After` in seconds or as a date); `null` when it does not. */
export function retryAfter(headers: Pick<Headers, "get">, now: number): number | null {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (milliseconds >= 0) return milliseconds;
  const written = headers.get("retry-after") ?? "";
  const seconds = Number(written === "" ? Number.NaN : written);
  if (seconds >= 0) return seconds * 1_000;
  const date = Date.parse(written);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** The default milliseconds before retry number `attempt` (from 0): doubling, at most eight seconds. */
export function backoff(attempt: number): number {
  return Math.min(longestBackoff, firstBackoff * 2 ** attempt);
}
