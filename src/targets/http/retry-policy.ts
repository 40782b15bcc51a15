import { backoff, isQuotaUsedUp, mayPass } from "../../kit/retry.ts";

/** Why a request failed. */
export type RequestFailure =
  | { kind: "refused"; status: number; error: unknown; asked: number | null; shouldRetry: boolean | null }
  /** No connection was made, so the request did not arrive. */
  | { kind: "unreachable" }
  /** The connection was lost, or the answer did not come in time: the request may have arrived. */
  | { kind: "cut" }
  | { kind: "timed_out" }
  /** A retry would not change it: an unexpected answer, or one that is too large. */
  | { kind: "final" };

/** The retries of one request so far. */
export interface Tried {
  /** Retries after failures other than rate limits, and after rate limits. */
  failures: number;
  limits: number;
  /** Milliseconds waited because of rate limits. */
  waited: number;
}

export interface RetryRules {
  /** Retries after failures; 0 also means none after rate limits. */
  retries: number;
  /** False when the target has never answered: then a wrong address is more likely than a short outage. */
  hasAnswered: boolean;
  /** The request may be carried out twice without harm. */
  isRepeatable: boolean;
}

/** The longest that one request waits for rate limits, in milliseconds. */
export const patience = 300_000;

const retriesBeforeFirstAnswer = 2;

/**
 * Milliseconds to wait before the retry, or `null` for no retry. A request that may have arrived is retried only when that
 * is safe; one that was refused by a rate limit was not carried out.
 */
export function pauseBefore(failure: RequestFailure, tried: Tried, rules: RetryRules): number | null {
  const { retries, isRepeatable } = rules;
  if (retries === 0 || failure.kind === "final") return null;
  if (failure.kind === "refused") {
    if (failure.shouldRetry === false || !mayPass(failure.status, { error: failure.error })) return null;
    if (failure.status === 429) {
      const pause = failure.asked ?? backoff(tried.limits);
      return tried.waited + pause > patience ? null : pause;
    }
    const pause = failure.asked ?? backoff(tried.failures);
    const arrived = failure.status !== 409 && failure.status !== 425;
    return tried.failures >= retries || (arrived && !isRepeatable) || pause > patience ? null : pause;
  }
  if (failure.kind === "unreachable") {
    const most = rules.hasAnswered ? retries : Math.min(retries, retriesBeforeFirstAnswer);
    return tried.failures >= most ? null : backoff(tried.failures);
  }
  if (!isRepeatable) return null;
  // A missing answer is waited for at most twice.
  const most = failure.kind === "timed_out" ? Math.min(retries, 1) : retries;
  return tried.failures >= most ? null : backoff(tried.failures);
}

/** True when other requests will fail too: the key is refused, or the quota is used up. */
export function concernsTarget(failure: RequestFailure): boolean {
  return failure.kind === "refused" && (failure.status === 401 || isQuotaUsedUp(failure.error));
}
