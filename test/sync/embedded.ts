import { createApp } from "../../src/server/app.ts";
import { countedIds } from "../../src/server/ids.ts";
import { defaultLimits, type Services } from "../../src/server/services.ts";
import { openDatabase } from "../../src/server/store/database.ts";
import { createSqliteStore } from "../../src/server/store/sqlite.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import type { Registry } from "../../src/targets/target.ts";

/** The embedded server in this process, and ways to see and disturb what reaches it. */
export interface Embedded {
  registry: Registry;
  /** `POST /v1/assistants`, in order. */
  requests: string[];
  /** Calls the API as somebody else would, in the browser or with a script. */
  edit(id: string, body: object): Promise<void>;
  create(body: object): Promise<string>;
  remove(id: string): Promise<void>;
  /** Cuts the connection: `before` the request of that number (from 1) arrives, or `after` it was carried out. */
  cutAt(number: number, when: "before" | "after"): void;
  connect(): void;
}

const nowhere = () => {
  throw new Error("assistants need only the store");
};

/** A fresh server with an empty store. */
export function startEmbedded(): Embedded {
  const store = createSqliteStore(openDatabase(":memory:"));
  let seconds = 1_800_000_000;
  const services: Services = {
    store,
    blobs: { put: nowhere, get: nowhere, remove: nowhere },
    model: { respond: nowhere, list: async () => [] },
    codeInterpreter: { prewarm: nowhere, run: nowhere, endSession: nowhere, close: nowhere },
    fileSearch: { search: nowhere },
    files: { open: (id) => ({ id, filename: id, read: nowhere }), createOutput: nowhere },
    vectorStores: { exists: () => true, create: nowhere, addFiles: nowhere, settled: nowhere },
    clock: { now: () => (seconds += 1) * 1000, after: nowhere },
    ids: countedIds(),
    limits: defaultLimits,
    log: () => {},
  };
  const app = createApp({ services });
  const requests: string[] = [];
  let cut: { number: number; when: "before" | "after" } | null = null;
  const target = createAssistantsTarget({
    baseUrl: "http://embedded.test/v1",
    apiKey: null,
    organization: null,
    project: null,
    retries: 0,
    async fetch(input, init) {
      const request = new Request(input, init);
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      const broken = cut !== null && requests.length >= cut.number;
      const arrives = !broken || (cut?.when === "after" && requests.length === cut.number);
      const response = arrives ? await app.fetch(request) : null;
      if (broken || response === null) throw new TypeError("fetch failed");
      return response;
    },
  });
  const call = async (method: string, path: string, body?: object): Promise<{ id: string }> => {
    const response = await app.fetch(`http://embedded.test/v1/assistants${path}`, {
      method,
      headers: { "content-type": "application/json", "openai-beta": "assistants=v2" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { id: string };
  };
  return {
    registry: target.registry,
    requests,
    edit: async (id, body) => void (await call("POST", `/${id}`, body)),
    create: async (body) => (await call("POST", "", body)).id,
    remove: async (id) => void (await call("DELETE", `/${id}`)),
    cutAt: (number, when) => {
      cut = { number: requests.length + number, when };
    },
    connect: () => {
      cut = null;
    },
  };
}
