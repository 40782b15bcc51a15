import type { Clock } from "../../kit/clock.ts";
import type { PublishedFile } from "../bundle/bundle-file.ts";
import type { Answer } from "./answer.ts";
import type { KeySource } from "./key-source.ts";

/** What a request is sent with. */
export interface FetchOptions {
  method: string;
  headers: Record<string, string>;
  body?: string | ReadableStream;
  /** Of a body that is a stream. */
  duplex?: "half";
  redirect?: RequestInit["redirect"];
  signal?: AbortSignal | null;
}

/** Sends one request; the platform's `fetch` is one. Rejects when there is no answer, or the signal aborts. */
export type Fetch = (url: string, options: FetchOptions) => Promise<Answer>;

/** How to reach an API, and what a target needs from its environment. */
export interface Connection {
  /** With the version, for example `https://proxy.example/openai/v1`; without user and password. */
  baseUrl: string;
  /** `null` for a server without keys, or when `keys` provides it. */
  apiKey: string | null;
  /** Provides the key when it is needed. */
  keys?: KeySource;
  /** Added to the address of every request. */
  query?: Readonly<Record<string, string>>;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** User and password, for a server that requires these instead of a key. */
  login?: { user: string; password: string };
  organization: string | null;
  project: string | null;
  /** The embedded server's own `fetch`, or one that reaches other machines. */
  fetch: Fetch;
  /** How often a request is retried after a temporary failure; with 0, it is not retried after a rate limit either. */
  retries: number;
  /** The maximum number of parallel requests; limited only by the target when absent. */
  concurrency?: number;
  /** The server is in this process: its answers need no size or time limits. */
  inProcess?: true;
  clock: Clock;
  /** A number from 0 to 1, to vary pauses; for example `Math.random`. */
  random: (this: void) => number;
  /** Removes secrets from the texts of problems. */
  redact: (this: void, text: string) => string;
  /** The end of the command: aborts requests to the target. */
  signal: AbortSignal;
  /** Who stores conversations, where the dialect has a choice; derived from the address when absent. */
  state?: "conversation" | "chain" | "stateless";
  /** The file in which assistants are published, where the dialect has no objects for them. */
  published?: PublishedFile;
  /** Milliseconds without an answer after which writes and clean-up end too, once the command has ended; less than a second when absent. */
  patience?: number;
}

/** The base URL without its query and other irrelevant parts, then the organization and project if named. Never the key. */
export function originOf({ baseUrl, organization, project, inProcess }: Connection): string {
  if (inProcess === true) return "embedded";
  const url = baseUrl.replace(/[?#].*$/s, "").replace(/\/+$/, "");
  return [url, organization, project].filter((part) => part !== null).join(" ");
}
