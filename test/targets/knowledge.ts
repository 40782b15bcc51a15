import { expect, onTestFinished } from "vitest";
import { type Clock, createSystemClock } from "../../src/kit/clock.ts";
import { sha256 } from "../../src/kit/hash.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import { openServer } from "../../src/server/server.ts";
import { createRead } from "../../src/server/search/reader/read.ts";
import type { FileReader } from "../../src/server/search/reader/reader.ts";
import type { Model } from "../../src/server/models/model.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { createCall } from "../../src/targets/http/call.ts";
import type { Connection } from "../../src/targets/http/connection.ts";
import type { Target, TestRun, TestedResource } from "../../src/targets/target.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo, testRun } from "./connection.ts";
import { createLeapingClock } from "./leaping-clock.ts";

/** What happens to a request: refused before it is carried out, or carried out and its answer lost. */
export type Fault =
  | 400
  | 429
  | 500
  | 501
  | "cut before"
  | "cut after"
  | "500 after"
  | ((request: Request) => Promise<Response | null> | Response | null);

/** The embedded server, with what a test wants to go wrong, and a clock that leaps over pauses. */
export async function startKnowledge({
  reader = inThisThread(),
  retries = 4,
  clock = createLeapingClock(),
  model = createScriptedModel({ scripts: [], delay: async () => {} }),
  serverNow = () => Date.now(),
  createTarget = createAssistantsTarget,
}: {
  reader?: FileReader;
  retries?: number;
  clock?: Clock;
  model?: Model;
  serverNow?: () => number;
  createTarget?: (connection: Connection) => Target;
} = {}) {
  const app = await openServer({
    database: ":memory:",
    model,
    reader,
    clock: { ...createSystemClock({ keepsAlive: true }), now: serverNow },
  });
  onTestFinished(() => app.close());
  const requests: string[] = [];
  const faults: { request: string | number; fault: Fault; times: number }[] = [];
  const stop = new AbortController();
  // The clock leaps from answer to answer: none is given while a file is read, so that reading takes none of its time.
  const idle = async () => void ("idle" in reader && (await (reader as ReturnType<typeof inThisThread>).idle()));
  let cut: { number: number; when: "before" | "after" } | null = null;
  const connection = connectionTo(
    async (input, init) => {
      const request = new Request(input, init);
      const name = `${request.method} ${new URL(request.url).pathname.replace(/^\/v1/, "")}`;
      await idle();
      requests.push(name.replaceAll(/(file-|vs_|vsfb_|asst_)\w+/g, "*"));
      if (cut !== null && requests.length >= cut.number) {
        if (cut.when === "after" && requests.length === cut.number) await app.fetch(request);
        throw new TypeError("fetch failed");
      }
      const found = faults.find((each) => each.times > 0 && [requests.at(-1), requests.length].includes(each.request));
      if (found === undefined) return app.fetch(request);
      found.times -= 1;
      const { fault } = found;
      if (typeof fault === "function") return (await fault(request)) ?? app.fetch(request);
      if (typeof fault === "number") return Response.json({ error: { message: "No." } }, { status: fault });
      if (fault !== "cut before") await app.fetch(request);
      if (fault === "500 after") return Response.json({ error: { message: "Oops." } }, { status: 500 });
      throw new TypeError("fetch failed");
    },
    { retries, clock, signal: stop.signal },
  );
  const call = createCall(connection);
  const deps = {
    call,
    baseUrl: connection.baseUrl,
    clock,
    signal: stop.signal,
    retries,
    // The embedded server lives in the time of the machine.
    targetTime: () => Math.floor(Date.now() / 1000),
  };
  const target = createTarget(connection);
  return {
    app,
    idle,
    target,
    registry: target.registry,
    clock,
    connection,
    deps,
    requests,
    /** Cuts the connection for good: `before` the request of that number (from 1) arrives, or `after` it was carried out. */
    cutAt: (number: number, when: "before" | "after") => {
      cut = { number: requests.length + number, when };
    },
    connect: () => {
      cut = null;
    },
    /** Ends the command. */
    interrupt: () => stop.abort(new Error("interrupted")),
    /** Lets this happen to requests such as `POST /files`, as often as is said. */
    failing: (request: string, fault: Fault, times = 1) => void faults.push({ request, fault, times }),
    /** Lets this happen to the request of that number (from 1). */
    failingAt: (number: number, fault: Fault) =>
      void faults.push({ request: requests.length + number, fault, times: 1 }),
    /** Asks the server as somebody else would. */
    async ask(method: string, path: string, body?: object): Promise<unknown> {
      const response = await app.fetch(`http://embedded.test/v1${path}`, {
        method,
        headers: { "content-type": "application/json", "openai-beta": "assistants=v2" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    async all(path: string): Promise<Record<string, unknown>[]> {
      return ((await this.ask("GET", path)) as { data: Record<string, unknown>[] }).data;
    },
  };
}

/** Reads files in this thread. `idle` resolves when no file is being read: what reads one may have to be loaded first. */
export function inThisThread(): FileReader & { idle(): Promise<unknown> } {
  const read = createRead();
  const reading = new Set<Promise<unknown>>();
  return {
    read(job) {
      const work = read(job);
      const over = Promise.resolve(work)
        .catch(() => {})
        .finally(() => reading.delete(over));
      reading.add(over);
      return work;
    },
    close: async () => {},
    idle: () => Promise.all(reading),
  };
}

/** A file to upload, of this text. */
export function newFile(filename: string, text: string) {
  const bytes = Buffer.from(text);
  return {
    filename,
    bytes: bytes.length,
    sha256: sha256(bytes),
    lifetime: null,
    onSent: () => {},
    async *open() {
      yield bytes.subarray(0, 3);
      yield bytes.subarray(3);
    },
  };
}

type NewFile = ReturnType<typeof newFile>;

/** A run that needs files by address, and the store `vector_store.handbook` of those in `inStore`. */
export function handbookRun(files: ReadonlyMap<string, NewFile>, inStore: readonly string[] = [...files.keys()]) {
  const fileAt = (address: string): NewFile => files.get(address) ?? expect.fail(`no file ${address}`);
  const members = inStore.map((file) => ({ file, path: file.slice("file.".length), sha256: fileAt(file).sha256 }));
  const handbook = {
    name: "Handbook",
    files: { kind: "members" as const, members },
    chunking: null,
    expires_after: null,
    metadata: {},
  };
  const run: TestRun = {
    ...testRun,
    resources: new Map<string, TestedResource>([
      ...[...files].map(([address, { filename, bytes, sha256 }]): [string, TestedResource] => {
        return [address, { kind: fileKind, spec: { filename, bytes, sha256 } }];
      }),
      ["vector_store.handbook", { kind: vectorStoreKind, spec: handbook }],
    ]),
    contentOf: (hash) =>
      ([...files.values()].find(({ sha256 }) => sha256 === hash) ?? expect.fail("no such file")).open(),
  };
  return { run, handbook };
}
