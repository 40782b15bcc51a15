import type { WrittenHandler } from "../../project/schemas/tool.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import { isObject, parseJson } from "../../kit/json.ts";

type HttpHandler = Extract<WrittenHandler, { http: object }>;

const defaultTimeout = "30s";

/** Asks an endpoint: arguments as a JSON body (with GET: as the query), the result as a JSON answer. Rejects when it refuses. */
export async function runHttp({ http, timeout }: HttpHandler, args: unknown, signal: AbortSignal): Promise<unknown> {
  const limit = timeout ?? defaultTimeout;
  const expired = AbortSignal.timeout(toMilliseconds(limit));
  const { url, body } = requestOf(http, args);
  const headers = {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...http.headers,
  };
  try {
    const response = await fetch(url, {
      method: http.method ?? "POST",
      headers,
      body,
      signal: AbortSignal.any([signal, expired]),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${http.url} answered ${response.status}: ${text.slice(0, 500)}`);
    const result = parseJson(text);
    if (result === undefined) throw new Error(`${http.url} did not answer JSON: ${text.slice(0, 500)}`);
    return result;
  } catch (error) {
    if (expired.aborted) throw new Error(`${http.url} took longer than ${limit}`, { cause: error });
    throw error instanceof TypeError ? unreachable(http.url, error) : error;
  }
}

function requestOf({ url, method }: HttpHandler["http"], args: unknown): { url: URL; body: string | undefined } {
  const address = new URL(url);
  if (method !== "GET") return { url: address, body: JSON.stringify(args) };
  for (const [name, value] of Object.entries(isObject(args) ? args : {})) {
    address.searchParams.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return { url: address, body: undefined };
}

/** The platform's fetch hides why in `cause`. */
function unreachable(url: string, error: TypeError): Error {
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return new Error(`${url} could not be reached: ${cause}`, { cause: error });
}
