import { keyDefaults } from "../../project/schemas/defaults.ts";
import { cutEnd } from "../../kit/difference.ts";
import type { WrittenHandler } from "../../project/schemas/tool.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import { isObject, parseJson } from "../../kit/json.ts";
import { HandlerFailure } from "./failure.ts";

type HttpHandler = Extract<WrittenHandler, { http: object }>;

const defaultTimeout = "30s";
const mostCharacters = 8 * 1024 * 1024;

/** Calls an endpoint: arguments as a JSON body (with GET: as the query), the result as a JSON response. Throws a HandlerFailure when it fails. */
export async function runHttp({ http, timeout }: HttpHandler, args: unknown, signal: AbortSignal): Promise<unknown> {
  const limit = timeout ?? defaultTimeout;
  const expired = AbortSignal.timeout(toMilliseconds(limit));
  try {
    const { url, body } = requestOf(http, args);
    const headers = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...http.headers,
    };
    const response = await fetch(url, {
      method: http.method ?? keyDefaults.http.method,
      headers,
      body,
      signal: AbortSignal.any([signal, expired]),
    });
    const text = await bodyOf(response, http.url);
    if (!response.ok) throw failure(`${http.url} returned status ${response.status}`, text);
    const result = parseJson(text);
    if (result === undefined) throw failure(`${http.url} did not return JSON`, text);
    return result;
  } catch (error) {
    if (expired.aborted) throw new HandlerFailure(`${http.url} took longer than ${limit}`, {});
    if (signal.aborted) throw new HandlerFailure(`${http.url} was abandoned because the turn was over`, {});
    throw error instanceof TypeError ? unreachable(http.url, error) : error;
  }
}

/** The body as text, read up to the maximum length. */
async function bodyOf(response: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > mostCharacters)
      throw new HandlerFailure(`${url} returned more than ${mostCharacters} characters`, {});
  }
  return text + decoder.decode();
}

function failure(why: string, body: string): HandlerFailure {
  const lines = body.trim().split("\n");
  const [first = ""] = lines;
  return new HandlerFailure(first === "" ? why : `${why}: ${cutEnd(first, 500)}`, {
    trace: lines.slice(0, 20).map((line) => cutEnd(line, 500)),
  });
}

function requestOf({ url, method }: HttpHandler["http"], args: unknown): { url: URL; body: string | undefined } {
  const address = new URL(url);
  if (method !== "GET") return { url: address, body: JSON.stringify(args) };
  for (const [name, value] of Object.entries(isObject(args) ? args : {})) {
    address.searchParams.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return { url: address, body: undefined };
}

/** The failure of a request. The platform's fetch hides the reason in `cause`. */
function unreachable(url: string, error: TypeError): HandlerFailure {
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return new HandlerFailure(`${url} could not be reached: ${cause}`, {});
}
