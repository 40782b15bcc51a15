import { createSystemClock } from "../../src/kit/clock.ts";
import type { TestRun } from "../../src/targets/target.ts";
import type { Connection } from "../../src/targets/http/connection.ts";

/** A connection to the server that answers this `fetch`, without an account and without repeated requests. */
export function connectionTo(fetch: Connection["fetch"], more: Partial<Connection> = {}): Connection {
  return {
    baseUrl: "http://embedded.test/v1",
    apiKey: null,
    organization: null,
    project: null,
    fetch,
    retries: 0,
    clock: createSystemClock({ keepsAlive: true }),
    random: () => 0.5,
    redact: (text) => text,
    signal: new AbortController().signal,
    published: publishedInMemory(),
    ...more,
  };
}

/** A run of `test` that sessions of tests are opened for. */
export const testRun: TestRun = {
  project: "desk",
  target: "prod",
  runId: "run",
  ended: [],
  resources: new Map(),
  onProgress: () => {},
  contentOf: () => {
    throw new Error("there is no content");
  },
};

/** A bundle's file that is no file. */
export function publishedInMemory(
  text: string | null = null,
): NonNullable<Connection["published"]> & { text(): string | null } {
  let now = text;
  return {
    path: "dist/assistants.json",
    read: async () => now,
    write: async (written) => void (now = written),
    text: () => now,
  };
}
