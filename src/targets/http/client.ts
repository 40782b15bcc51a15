import { cutEnd } from "../../kit/difference.ts";
import { type JsonObject, asObject, isObject, parseJson, textOrNull } from "../../kit/json.ts";
import { type ServerSentEvent, readEvents } from "../../kit/server-sent-events.ts";
import type { Answer, AnswerHeaders } from "./answer.ts";
import type { Connection, FetchOptions } from "./connection.ts";

/** The error of an API that refused a request, in its answer or within a stream. */
export class ApiRefusal extends Error {
  override name = "ApiRefusal";
  /** `null` for an error within a stream that began successfully. */
  status: number | null;
  headers: AnswerHeaders;
  /** The `error` object of the answer. */
  said: JsonObject;

  constructor(message: string, { status, headers, said }: Pick<ApiRefusal, "status" | "headers" | "said">) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.said = said;
  }
}

/** One event of a stream, with its data as JSON. */
export interface WireEvent {
  event: string;
  data: unknown;
}

interface RequestOptions {
  query?: Readonly<Record<string, string | number>>;
  headers?: Readonly<Record<string, string>>;
}

interface PostOptions extends RequestOptions {
  /** A value that is sent as JSON, or a byte stream with its own headers. */
  body?: unknown;
  redirect?: FetchOptions["redirect"];
}

interface StreamOptions extends PostOptions {
  /** Returns `error` events too, which are not the last of such a stream, and events whose data is not JSON, with `null` data. */
  givesErrors?: true;
}

/**
 * Sends requests to a JSON API, each once, and returns the answers unchanged. Throws an ApiRefusal for a status of 400 or above,
 * a SyntaxError for invalid JSON, and whatever `fetch` throws.
 */
export interface Client {
  get(path: string, options?: RequestOptions): Promise<unknown>;
  post(path: string, options?: PostOptions): Promise<unknown>;
  delete(path: string, options?: RequestOptions): Promise<unknown>;
  /** Gets content that is not JSON, as bytes. */
  bytes(path: string, options?: RequestOptions): Promise<Uint8Array>;
  /** Posts, and returns the events of the answer as they arrive; throws an ApiRefusal for an `error` event unless `givesErrors` is set. */
  stream(path: string, options?: StreamOptions): Promise<AsyncIterable<WireEvent>>;
}

/** A client of the API at a connection that sends with `fetch`. */
export function createClient(
  { baseUrl, apiKey, login, organization, project, query: always, headers: given }: Connection,
  fetch: Connection["fetch"],
): Client {
  const own = {
    accept: "application/json",
    ...authorizationOf(apiKey, login, given),
    "user-agent": "playbill",
    ...(organization === null ? {} : { "openai-organization": organization }),
    ...(project === null ? {} : { "openai-project": project }),
    ...given,
  };
  async function send(method: string, path: string, { query, headers, body, redirect }: PostOptions) {
    const isBytes = typeof body === "object" && body instanceof ReadableStream;
    const response = await fetch(addressOf(baseUrl, path, { ...always, ...query }), {
      method,
      headers: { ...own, ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
      ...(isBytes && { duplex: "half" as const }),
      ...(redirect && { redirect }),
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
  return {
    get: async (path, options = {}) => valueOf(await send("GET", path, options)),
    post: async (path, options = {}) => valueOf(await send("POST", path, options)),
    delete: async (path, options = {}) => valueOf(await send("DELETE", path, options)),
    async bytes(path, options = {}) {
      const headers = { accept: "*/*", ...options.headers };
      return new Uint8Array(await (await send("GET", path, { ...options, headers })).arrayBuffer());
    },
    async stream(path, options = {}) {
      const headers = { accept: "text/event-stream", ...options.headers };
      return eventsOf(await send("POST", path, { ...options, headers }), options.givesErrors === true);
    },
  };
}

/** The authorization header. Servers without keys accept any key; a connection with custom headers has its key there, if any. */
function authorizationOf(
  apiKey: string | null,
  login: Connection["login"],
  given: Connection["headers"],
): { authorization?: string } {
  if (login !== undefined) return { authorization: basicAuthorization(login) };
  if (apiKey === null && given !== undefined) return {};
  return { authorization: `Bearer ${apiKey ?? "none"}` };
}

function basicAuthorization({ user, password }: { user: string; password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** The URL of a request. The base URL may have a query of its own, which every request gets. */
function addressOf(baseUrl: string, path: string, query: RequestOptions["query"]): string {
  const [, base = "", own = ""] = /^([^?#]*?)\/?(?:\?([^#]*))?(?:#.*)?$/s.exec(baseUrl) ?? [];
  const pairs = [...new URLSearchParams(own), ...Object.entries(query ?? {})];
  if (pairs.length === 0) return base + path;
  const url = new URL(base + path);
  for (const [key, value] of pairs) url.searchParams.set(key, String(value));
  return url.href;
}

async function valueOf(response: Answer): Promise<unknown> {
  const text = await response.text();
  if (response.status === 204) return null;
  return /\bjson\b/.test(response.headers.get("content-type") ?? "") ? (JSON.parse(text) as unknown) : text;
}

/** Characters shown of an answer that is not JSON: it is usually the page of a proxy. */
const longestWords = 500;

async function refusalOf(response: Answer): Promise<ApiRefusal> {
  const { status, headers } = response;
  const text = await response.text().catch(() => "");
  const body = parseJson(text);
  const error = isObject(body) ? body.error : undefined;
  const said = asObject(error);
  const whole = body === undefined ? cutEnd(text.trim(), longestWords) : JSON.stringify(error ?? body);
  return new ApiRefusal(textOrNull(said.message) ?? (whole || "the answer has no details"), { status, headers, said });
}

async function* eventsOf(response: Answer, givesErrors: boolean): AsyncGenerator<WireEvent> {
  for await (const event of readEvents(piecesOf(response))) {
    if (event.data === "[DONE]") return;
    yield toWireEvent(event, response.headers, givesErrors);
  }
}

/** Converts an event; throws an ApiRefusal for an `error` event. */
function toWireEvent({ event, data }: ServerSentEvent, headers: AnswerHeaders, givesErrors: boolean): WireEvent {
  if (givesErrors) return { event, data: parseJson(data) ?? null };
  const value = JSON.parse(data) as unknown;
  if (event !== "error") return { event, data: value };
  const said = asObject(asObject(value).error ?? value);
  throw new ApiRefusal(textOrNull(said.message) ?? cutEnd(data, longestWords), { status: null, headers, said });
}

/** The pieces of the body; releases the connection when its reader stops early. */
async function* piecesOf({ body }: Answer): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value === undefined) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
