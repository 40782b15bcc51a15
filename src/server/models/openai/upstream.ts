import type { Clock } from "../../../kit/clock.ts";

/** A chat-completions endpoint and everything that is needed to talk to it. */
export interface Upstream {
  /** Ends before `/chat/completions`: `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  apiKey: string | null;
  fetch: (address: string, init: RequestInit) => Promise<Response>;
  clock: Clock;
  limits: RequestLimits;
  /** Told when a run waits before its request is sent again, and why; `null` when it goes on. */
  onWaiting?: (runId: string, reason: string | null) => void;
}

/** How long an endpoint is waited for. Milliseconds. */
export interface RequestLimits {
  /** From the request to the head of the answer. */
  answer: number;
  /** Between two pieces of an answer. */
  idle: number;
  /** How often a request is repeated after 429, 5xx or a broken connection. */
  retries: number;
  /** The longest that an endpoint may ask us to wait before a repeat. */
  longestWait: number;
}

export const defaultRequestLimits: RequestLimits = { answer: 300_000, idle: 120_000, retries: 2, longestWait: 30_000 };

/** The address of a path below the endpoint. */
export function addressOf({ baseUrl }: Upstream, path: string): string {
  return baseUrl.replace(/\/+$/, "") + path;
}

/** How messages name the endpoint: its address without credentials or query. */
export function displayName({ baseUrl }: Pick<Upstream, "baseUrl">): string {
  if (!URL.canParse(baseUrl)) return baseUrl;
  const { origin, pathname } = new URL(baseUrl);
  return origin + pathname.replace(/\/+$/, "");
}
