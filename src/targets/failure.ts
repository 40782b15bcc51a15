import { durationText } from "../kit/duration.ts";
import { textOrNull } from "../kit/json.ts";
import { isQuotaUsedUp, retryAfter } from "../kit/retry.ts";
import { ApiRefusal } from "./http/client.ts";
import type { RequestFailure } from "./http/retry-policy.ts";
import { type ApiError, type Problem, ProblemError, problem } from "../problem.ts";

interface Circumstance {
  /** What was attempted, as in "list the assistants". */
  what: string;
  baseUrl: string;
}

/** The codes of Node and undici for "no connection was made". */
const notConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_SOCKET_CONNECTION_TIMEOUT",
  "EPROTO",
  "bad port",
]);

/** The codes of OpenSSL and Node's TLS for a rejected certificate or handshake. */
const notTrusted = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

const endlessRedirects = "redirect count exceeded";

/** True when no connection was made, so that the request cannot have arrived. */
function isUnreachable(cause: string): boolean {
  return notConnected.has(cause) || notTrusted.test(cause);
}

/** Classifies what a request threw, for the decision about a retry. `now` is in milliseconds since 1970. */
export function failureOf(error: unknown, now: number): RequestFailure {
  if (!(error instanceof Error) || error instanceof ProblemError || error instanceof SyntaxError)
    return { kind: "final" };
  if (!(error instanceof ApiRefusal)) {
    const cause = rootCause(error);
    if (cause === endlessRedirects) return { kind: "final" };
    return { kind: isUnreachable(cause) ? "unreachable" : "cut" };
  }
  const { status, headers, said } = error;
  if (status === null) return { kind: "cut" };
  const advice = headers.get("x-should-retry");
  const shouldRetry = advice === "true" ? true : advice === "false" ? false : null;
  return { kind: "refused", status, error: said, asked: retryAfter(headers, now), shouldRetry };
}

/** True when a request that threw this may still have been carried out: check before sending it again. */
export function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const [first] = error.problems;
  const status = first?.api?.status ?? null;
  // A body that could not be read to its end.
  if (first?.kind === "refused" || first?.kind === "input") return false;
  return first?.code !== "unreachable" && (status === null || status === 408 || status >= 500);
}

/** The problem for a request that was stopped: the command was interrupted, or its time is over. */
export function interrupted(what: string): ProblemError {
  return new ProblemError([problem("interrupted", `could not ${what}: it was stopped before an answer arrived`)]);
}

/** The problem for a missing or incomplete answer after `time` milliseconds. */
export function timedOut(what: string, baseUrl: string, time: number): ProblemError {
  return new ProblemError([
    problem("timed_out", `could not ${what}: ${baseUrl} did not answer within ${durationText(time)}`, {
      hint: "Try again. If it keeps happening, check whether the server is overloaded.",
    }),
  ]);
}

/** The problem for an answer of more than `most` bytes, of which no more is read. */
export function tooLarge(what: string, baseUrl: string, most: number): ProblemError {
  const message = `could not ${what}: the answer from ${baseUrl} is larger than ${most / 1024 / 1024} MiB`;
  const hint = "No API sends answers of that size. Check that base_url points to the right service.";
  return new ProblemError([problem("answer_too_large", message, { hint })]);
}

/** Converts what a request threw to a ProblemError of kind `remote`; problems and aborts are returned unchanged. */
export function asProblemError(error: unknown, circumstance: Circumstance): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  if (isAbort(error)) return error;
  return new ProblemError([toProblem(error, circumstance)], { cause: error });
}

/** The problem for an answer that the API does not specify. */
export function malformedAnswer(what: string, baseUrl: string, found: string): ProblemError {
  return new ProblemError([
    problem("malformed_answer", `could not ${what}: ${baseUrl} answered with ${found}`, {
      hint: "Check that base_url points to the API that the target's `api` names (it usually ends in /v1), not to a web page or another service.",
    }),
  ]);
}

/** True for an error with status 404. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some(({ api }) => api?.status === 404);
}

function isAbort(error: Error): boolean {
  return error.name === "AbortError";
}

function toProblem(error: Error, { what, baseUrl }: Circumstance): Problem {
  if (error instanceof ApiRefusal) return refusal(error, what, baseUrl);
  if (error instanceof SyntaxError) {
    return malformedAnswer(what, baseUrl, "something that is not JSON").problems[0]!;
  }
  if (rootCause(error) === endlessRedirects) {
    return malformedAnswer(what, baseUrl, "endless redirects").problems[0]!;
  }
  if (!isUnreachable(rootCause(error))) {
    return problem(
      "connection_lost",
      `could not ${what}: the connection to ${baseUrl} was lost (${rootCause(error)})`,
      {
        hint: "Try again. A proxy in between may end requests that take long.",
      },
    );
  }
  return problem("unreachable", `could not ${what}: cannot reach ${baseUrl} (${rootCause(error)})`, {
    hint: "Check base_url in playbill.yaml, and that the server is running and reachable from here.",
  });
}

function refusal(error: ApiRefusal, what: string, baseUrl: string): Problem {
  const api = apiErrorOf(error);
  const { message: said } = error;
  switch (api.status) {
    case 401:
    case 403:
      return problem("key_refused", `could not ${what}: ${baseUrl} refused the API key`, {
        hint: `Its answer: ${said}\nCheck the target's api_key in playbill.yaml and the environment variable behind it.`,
        api,
      });
    case 429:
      if (isQuotaUsedUp(error.said)) {
        return problem("quota_used_up", `could not ${what}: ${said}`, {
          hint: "The account's quota is used up, and waiting does not help: check its plan and billing.",
          api,
        });
      }
      return problem("rate_limited", `could not ${what}: ${said}`, {
        hint: "The target's rate limit still refuses the request after waiting. Wait longer, or run fewer in parallel with -j.",
        api,
      });
    default:
      return problem(
        api.status !== null && api.status >= 500 ? "server_failed" : "request_refused",
        `could not ${what}: ${said}`,
        {
          api,
        },
      );
  }
}

function apiErrorOf({ status, said, headers }: ApiRefusal): ApiError {
  return {
    status,
    type: textOrNull(said.type),
    code: textOrNull(said.code),
    param: textOrNull(said.param),
    requestId: headers.get("x-request-id"),
  };
}

function rootCause(error: Error): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const { code, message } = cause as { code?: unknown; message: string };
  return typeof code === "string" ? code : message;
}
