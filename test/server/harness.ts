import OpenAI from "openai";
import { afterAll, expect, onTestFinished } from "vitest";
import { createApp, type AppOptions } from "../../src/server/http/app.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { createServices } from "../../src/server/server.ts";
import { openStore } from "../../src/server/store/open.ts";
import type { OpenedStore } from "../../src/server/store/store.ts";
import { storesOfOneDatabase } from "./postgres.ts";
import { scriptsOf, type Lines } from "./scripts.ts";
import { createFileReader, type FileReader } from "../../src/server/search/reader/reader.ts";
import { underContract, type Contract } from "./openapi/contract.ts";
import type { Delay } from "../../src/server/models/actions.ts";
import { countedIds, randomIds, type Limits, type LogEntry, type Services } from "../../src/server/services.ts";

export interface TestServer {
  client: OpenAI;
  contract: Contract;
  services: Services;
  log: LogEntry[];
  /** Sends a request as it is, with the beta header and JSON unless `headers` says otherwise. */
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** Lets runs finish and everything go, as an end of the process would. */
  close(): Promise<void>;
}

interface Options extends Omit<AppOptions, "services"> {
  lines?: Lines;
  /** Instead of a database of its own in memory. */
  database?: string;
  /** The same, opened. */
  store?: OpenedStore;
  limits?: Partial<Limits>;
  services?: Partial<Services>;
  delay?: Delay;
}

/** Waits as long as a step says, or until the run is stopped. */
const patience: Delay = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/** Starting its thread takes longer than most tests, so that the servers of one test file share it. */
const reader = createFileReader();
export const sharedReader: FileReader = { read: (job, signal) => reader.read(job, signal), close: async () => {} };
afterAll(() => reader.close());

/** What PLAYBILL_TEST_STORE=postgres runs the tests of this folder on that keep everything in memory otherwise. */
const openOnPostgres = storesOfOneDatabase();

function openOwn(database: string): Promise<OpenedStore> {
  return database === ":memory:" && process.env["PLAYBILL_TEST_STORE"] === "postgres"
    ? openOnPostgres()
    : openStore({ database });
}

/** A server in this process, every answer of it held to the official document. Closed when the test is over. */
export async function startServer({
  lines = {},
  database = ":memory:",
  store: opened,
  limits,
  services: given,
  delay,
  ...options
}: Options = {}): Promise<TestServer> {
  const store = opened ?? (await openOwn(database));
  const log: LogEntry[] = [];
  const services: Services = {
    ...(await createServices(store, {
      model: createScriptedModel({ scripts: scriptsOf(lines), delay: delay ?? patience }),
      ids: database === ":memory:" ? countedIds() : randomIds,
      limits: { pollAfterMs: 1, closingMs: 100, ...limits },
      log: (entry) => void log.push(entry),
      reader: sharedReader,
      clock: given?.clock,
    })),
    ...given,
  };
  const app = createApp({ services, ...options });
  const contract = underContract(app.fetch);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= closeAll());
  const closeAll = async (): Promise<void> => {
    await app.close();
    await services.codeInterpreter.close();
    await services.indexer.close();
    await services.replica.close();
    await store.close();
  };
  onTestFinished(async () => {
    await close();
    expect(contract.violations).toEqual([]);
  });
  return {
    client: new OpenAI({ apiKey: "key", baseURL: "http://server.test/v1", fetch: contract.fetch, maxRetries: 0 }),
    contract,
    services,
    log,
    send: (method, path, body, headers) =>
      contract.fetch(`http://server.test${path}`, {
        method,
        headers: { "openai-beta": "assistants=v2", "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    close,
  };
}
