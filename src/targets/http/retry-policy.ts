import { backoff, isQuotaUsedUp, mayPass } from "../../kit/retry.ts";

/** Why a request did not bring what it was sent for. */
export type RequestFailure =
  | { kind: "refused"; status: number; error: unknown; asked: number | null; shouldRetry: boolean | null }
  /** No connection was made, so nothing arrived. */
  | { kind: "unreachable" }
  /** The connection broke, or the answer did not come in time: it may have arrived. */
  | { kind: "cut" }
  | { kind: "timed_out" }
  /** Nothing that another try would change: an answer of another form, one that is too large. */
  | { kind: "final" };

/** What has been tried for one request so far. */
export interface Tried {
  /** Repeats after failures other than rate limits, and after rate limits. */
  failures: number;
  limits: number;
  /** Milliseconds waited because of rate limits. */
  waited: number;
}

export interface RetryRules {
  /** Repeats after failures; 0 also means none after rate limits. */
  retries: number;
  /** False when the target has never answered: then a wrong address is likelier than a short outage. */
  hasAnswered: boolean;
  /** The request may be carried out twice without harm. */
  isRepeatable: boolean;
}

/** The longest that one request waits for rate limits, in milliseconds. */
export const patience = 300_000;

const retriesBeforeFirstAnswer = 2;

/**
 * Milliseconds to wait before the request is sent again, or `null` when it is not. What might have arrived is only sent again when that
 * does no harm; what was refused for its rate has not been carried out.
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
  // An answer that did not come was waited for long enough once.
  const most = failure.kind === "timed_out" ? Math.min(retries, 1) : retries;
  return tried.failures >= most ? null : backoff(tried.failures);
}

/** True when nothing else will be granted either: the key is refused, or the quota is used up. */
export function concernsTarget(failure: RequestFailure): boolean {
  return failure.kind === "refused" && (failure.status === 401 || isQuotaUsedUp(failure.error));
}
