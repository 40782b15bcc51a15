import type { Clock } from "../../kit/clock.ts";
import type { PublishedFile } from "../bundle/bundle-file.ts";
import type { KeySource } from "./key-source.ts";

/** How to reach an API, and what a target needs from the world. */
export interface Connection {
  /** With its version, for example `https://proxy.example/openai/v1`; without a user and a password. */
  baseUrl: string;
  /** `null` for a server that asks for none, or for which `keys` has it. */
  apiKey: string | null;
  /** Gives the key when it is needed. */
  keys?: KeySource;
  /** Added to the address of every request. */
  query?: Readonly<Record<string, string>>;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** A user and a password, for a server that asks for these instead of a key. */
  login?: { user: string; password: string };
  organization: string | null;
  project: string | null;
  /** The embedded server's own `fetch`, or the platform's. */
  fetch: (request: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** How often a request is sent again after a failure that may pass; with 0, it is not sent again after a rate limit either. */
  retries: number;
  /** How many requests it gets at a time at the most; as many as it takes when left out. */
  concurrency?: number;
  /** The server is in this process: its answers need no limit of size or time. */
  inProcess?: true;
  clock: Clock;
  /** From 0 to 1, for pauses that differ; for example `Math.random`. */
  random: (this: void) => number;
  /** Keeps secrets out of the words of problems. */
  redact: (this: void, text: string) => string;
  /** The end of the command: aborts what is asked of the target. */
  signal: AbortSignal;
  /** Who keeps conversations, where the dialect leaves it open; absent: as the address suggests. */
  state?: "conversation" | "chain" | "stateless";
  /** The file that assistants are published in, where the dialect has no objects for them. */
  published?: PublishedFile;
  /** Milliseconds without an answer that writes and clean-up get after that; less than a second when left out. */
  patience?: number;
}

/** The base URL without what does not matter, as is the version that a query names, then the account as far as it is named. Never the key. */
export function originOf({ baseUrl, organization, project, inProcess }: Connection): string {
  if (inProcess === true) return "embedded";
  const url = baseUrl.replace(/[?#].*$/s, "").replace(/\/+$/, "");
  return [url, organization, project].filter((part) => part !== null).join(" ");
}
