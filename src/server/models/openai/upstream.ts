import type { Clock } from "../../../kit/clock.ts";

/** A chat-completions endpoint and everything needed to use it. */
export interface Upstream {
  /** Ends before `/chat/completions`: `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  apiKey: string | null;
  fetch: (address: string, init: RequestInit) => Promise<Response>;
  clock: Clock;
  limits: RequestLimits;
  /** Called with the reason when a run waits for a retry of its request, and with `null` when it continues. */
  onWaiting?: (runId: string, reason: string | null) => void;
}

/** The timeouts and retries of an endpoint. Times are in milliseconds. */
export interface RequestLimits {
  /** From the request to the head of the answer. */
  answer: number;
  /** Between two pieces of an answer. */
  idle: number;
  /** How often a request is retried after 429, 5xx or a lost connection. */
  retries: number;
  /** The longest wait before a retry that an endpoint may request. */
  longestWait: number;
}

export const defaultRequestLimits: RequestLimits = { answer: 300_000, idle: 120_000, retries: 2, longestWait: 30_000 };

/** The address of a path below the endpoint. */
export function addressOf({ baseUrl }: Upstream, path: string): string {
  return baseUrl.replace(/\/+$/, "") + path;
}

/** The name of the endpoint in messages: its address without credentials or query. */
export function displayName({ baseUrl }: Pick<Upstream, "baseUrl">): string {
  if (!URL.canParse(baseUrl)) return baseUrl;
  const { origin, pathname } = new URL(baseUrl);
  return origin + pathname.replace(/\/+$/, "");
}
