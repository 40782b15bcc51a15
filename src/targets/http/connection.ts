import type { OpenAI } from "openai";
import type { Clock } from "../../kit/clock.ts";
import { asProblemError } from "../failure.ts";

/** How to reach an API, and what a target needs from the world. */
export interface Connection {
  /** With its version, for example `https://proxy.example/openai/v1`. */
  baseUrl: string;
  /** `null` for a server that asks for none. */
  apiKey: string | null;
  organization: string | null;
  project: string | null;
  /** The embedded server's own `fetch`, or the platform's. */
  fetch: (request: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** How often a request that may be repeated is tried again after 408, 409, 429, 5xx or a lost connection. */
  retries: number;
  clock: Clock;
}

/** Calls the API through the official client, which is loaded at the first call; every failure is a ProblemError. */
export type Call = <T>(what: string, request: (client: OpenAI) => PromiseLike<T>) => Promise<T>;

export function createCall(connection: Connection): Call {
  let client: Promise<OpenAI> | undefined;
  return async (what, request) => {
    client ??= createClient(connection);
    try {
      return await request(await client);
    } catch (error) {
      throw asProblemError(error, { what, baseUrl: connection.baseUrl });
    }
  };
}

async function createClient(connection: Connection): Promise<OpenAI> {
  const { OpenAI } = await import("openai");
  return new OpenAI({
    baseURL: connection.baseUrl,
    apiKey: connection.apiKey ?? "none",
    organization: connection.organization,
    project: connection.project,
    fetch: connection.fetch,
    maxRetries: connection.retries,
    logLevel: "off",
  });
}
