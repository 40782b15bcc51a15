import { ModelFailure } from "../model.ts";
import { errorText } from "./chunk.ts";
import { displayName, type Upstream } from "./upstream.ts";
import { asObject, someTextOrNull } from "../../../kit/json.ts";

/** A refusal of the endpoint: its status and its body, parsed when it is JSON. */
export interface Refusal {
  status: number;
  body: unknown;
  /** Milliseconds that the endpoint asks to wait; `null` when it does not. */
  retryAfter: number | null;
}

const longest = 500;
const contextWords =
  /context[ _](length|window|size)|maximum context|too many tokens|prompt is too long|input.{0,20}too long/i;

/**
 * The failure of a run after a refusal. Only a prompt that is too long is caused by the run (`invalid_prompt`); every other refusal means
 * that the setup is wrong. It never contains the key.
 */
export function refusalFailure(upstream: Upstream, refusal: Refusal, model: string | null): ModelFailure {
  const endpoint = `The model endpoint ${displayName(upstream)}`;
  const said = ` Its response: ${wordsOf(upstream, refusal)}`;
  const { status } = refusal;
  if (status === 401) {
    const key = upstream.apiKey === null ? "requires an API key, but none is set" : "refused the API key";
    return new ModelFailure("server_error", `${endpoint} ${key} (401).${said}`);
  }
  if (status === 403)
    return new ModelFailure("server_error", `${endpoint} does not permit this API key to do that (403).${said}`);
  if (status === 404) {
    const missing =
      model === null
        ? "does not know this address"
        : `does not know the model "${model}", or is not a chat-completions endpoint`;
    return new ModelFailure("server_error", `${endpoint} ${missing} (404).${said}`);
  }
  if (asObject(asObject(refusal.body).error).code === "insufficient_quota")
    return new ModelFailure("rate_limit_exceeded", `${endpoint} has no quota left (insufficient_quota).${said}`);
  if (status === 429)
    return new ModelFailure(
      "rate_limit_exceeded",
      `${endpoint} refused the request because of a rate limit (429).${said}`,
    );
  if (status >= 500) return new ModelFailure("server_error", `${endpoint} failed (${status}).${said}`);
  if (isTooLong(refusal)) {
    return new ModelFailure(
      "invalid_prompt",
      `${endpoint} received a prompt that exceeds the model's context (${status}).${said}`,
    );
  }
  return new ModelFailure("server_error", `${endpoint} refused the request (${status}).${said}`);
}

function isTooLong({ body }: Refusal): boolean {
  const { code, type } = asObject(asObject(body).error);
  return (
    code === "context_length_exceeded" ||
    type === "exceed_context_size_error" ||
    contextWords.test(errorText(body) ?? "")
  );
}

/** The failure of an endpoint that did not answer correctly: `what` completes "The model endpoint X ...". */
export function brokenAnswer(upstream: Upstream, what: string, cause?: unknown): ModelFailure {
  const message = `The model endpoint ${displayName(upstream)} ${withoutKey(upstream, what)}.`;
  return new ModelFailure("server_error", message, { cause });
}

/** The failure of a connection. `fetch` throws a TypeError whose cause has the reason. */
export function brokenConnection(upstream: Upstream, error: TypeError): ModelFailure {
  const { code, message } = (error.cause ?? error) as { code?: unknown; message?: unknown };
  const reason = someTextOrNull(code) ?? someTextOrNull(message) ?? error.message;
  return brokenAnswer(upstream, `cannot be reached: ${reason}`, error);
}

function wordsOf(upstream: Upstream, { body }: Refusal): string {
  const words = errorText(body) ?? someTextOrNull(body) ?? "(nothing)";
  const short = words.length > longest ? `${words.slice(0, longest)}...` : words;
  return withoutKey(upstream, short.trim());
}

function withoutKey({ apiKey }: Upstream, words: string): string {
  return apiKey === null || apiKey === "" ? words : words.replaceAll(apiKey, "***");
}
