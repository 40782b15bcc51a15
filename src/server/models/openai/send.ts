import type { ModelFailure } from "../model.ts";
import { brokenAnswer, brokenConnection, type Refusal } from "./failure.ts";
import { addressOf, type Upstream } from "./upstream.ts";
import { parseJson } from "../../../kit/json.ts";
import { backoff, mayPass, retryAfter } from "../../../kit/retry.ts";
import { TimedOut, sleep, within } from "../../../kit/waiting.ts";

/** The result of a request: any status below 400, or a refusal. */
export type Sent = { kind: "answered"; response: Response } | { kind: "refused"; refusal: Refusal };
type Attempt = Sent | { kind: "unreachable"; failure: ModelFailure };

/** One request to the endpoint: a body makes it a POST, `undefined` a GET. */
export interface Sending {
  path: string;
  body?: unknown;
  signal: AbortSignal;
  /** Called with the reason when the request waits for a retry, and with `null` when it continues. */
  onWaiting?: (reason: string | null) => void;
}

/**
 * Sends a request and retries it after 408, 409, 425, 429, 5xx or a failed connection, within the limits.
 * Throws a ModelFailure when the endpoint cannot be reached or does not answer in time.
 */
export async function send(upstream: Upstream, sending: Sending): Promise<Sent> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await attemptOnce(upstream, sending);
    const wait = waitBefore(outcome, attempt);
    if (wait !== null && attempt < upstream.limits.retries && wait <= upstream.limits.longestWait) {
      sending.onWaiting?.(reasonOf(outcome));
      await sleep(wait, upstream.clock, sending.signal);
      sending.onWaiting?.(null);
      sending.signal.throwIfAborted();
      continue;
    }
    if (outcome.kind === "unreachable") throw outcome.failure;
    return outcome;
  }
}

function reasonOf(outcome: Attempt): string {
  if (outcome.kind !== "refused") return "the model's endpoint, which cannot be reached";
  const { status } = outcome.refusal;
  return status === 429 ? "the rate limit of the model's endpoint" : `the model's endpoint, which answered ${status}`;
}

/** Milliseconds to wait before a retry; `null` for no retry. */
function waitBefore(outcome: Attempt, attempt: number): number | null {
  if (outcome.kind === "answered") return null;
  if (outcome.kind === "unreachable") return backoff(attempt);
  const { status, body, retryAfter: asked } = outcome.refusal;
  return mayPass(status, body) ? (asked ?? backoff(attempt)) : null;
}

async function attemptOnce(upstream: Upstream, sending: Sending): Promise<Attempt> {
  const { clock, limits } = upstream;
  const stop = new AbortController();
  try {
    const answer = request(upstream, sending, AbortSignal.any([sending.signal, stop.signal]));
    return await within(limits.answer, clock, answer);
  } catch (error) {
    stop.abort();
    sending.signal.throwIfAborted();
    if (error instanceof TimedOut)
      throw brokenAnswer(upstream, `did not answer within ${limits.answer / 1_000} seconds`);
    if (!(error instanceof TypeError)) throw error;
    return { kind: "unreachable", failure: brokenConnection(upstream, error) };
  }
}

async function request(upstream: Upstream, { path, body }: Sending, signal: AbortSignal): Promise<Sent> {
  const { apiKey, fetch, clock } = upstream;
  const response = await fetch(addressOf(upstream, path), {
    ...(body === undefined ? { method: "GET" } : { method: "POST", body: JSON.stringify(body) }),
    headers: { "content-type": "application/json", ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }) },
    signal,
  });
  if (response.status < 400) return { kind: "answered", response };
  const text = await readText(response, longestRefusal);
  const refusal = {
    status: response.status,
    body: parseJson(text) ?? text,
    retryAfter: retryAfter(response.headers, clock.now()),
  };
  return { kind: "refused", refusal };
}

/** The JSON body of an answer; `undefined` when it is not JSON. Throws a ModelFailure when it is incomplete. */
export async function receiveJson(upstream: Upstream, response: Response, signal: AbortSignal): Promise<unknown> {
  const { clock, limits } = upstream;
  try {
    return parseJson(await within(limits.answer, clock, readText(response, longestJson)));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TooLong)
      throw brokenAnswer(upstream, `sent more than ${longestJson / mebibyte} MiB in one answer`);
    if (error instanceof TimedOut)
      throw brokenAnswer(upstream, `did not finish its answer within ${limits.answer / 1_000} seconds`);
    throw error instanceof TypeError ? brokenConnection(upstream, error) : error;
  }
}

const mebibyte = 1024 * 1024;
const longestRefusal = mebibyte;
/** Room for the vectors of a request's texts. */
const longestJson = 64 * mebibyte;

class TooLong extends Error {}

/** The text of a body; that of a refusal is cut at `most` bytes. Throws TooLong for a longer answer. */
async function readText({ body, ok }: Response, most: number): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > most) {
      await reader.cancel().catch(() => {});
      if (ok) throw new TooLong();
      return text;
    }
    text += decoder.decode(value, { stream: true });
  }
}
