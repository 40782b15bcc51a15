import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Chaos } from "../../../../src/server/http/middleware/fault-injection.ts";
import { createOutputFile } from "../../../../src/server/domain/files/files.ts";
import { removeLeftovers } from "../../../../src/server/domain/files/uploads.ts";
import { createVectorStore } from "../../../../src/server/domain/vector-stores/create.ts";
import { ModelFailure, type Model } from "../../../../src/server/models/model.ts";
import { createScriptedModel } from "../../../../src/server/models/script.ts";
import { createServices } from "../../../../src/server/server.ts";
import type { LogEntry, Services } from "../../../../src/server/services.ts";
import { openSqliteStore } from "../../../../src/server/store/sqlite/store.ts";
import type { FileReader } from "../../../../src/server/search/reader/reader.ts";
import { createRead } from "../../../../src/server/search/reader/read.ts";
import { findVectorStore } from "../../../../src/server/domain/vector-stores/store.ts";

const never = new AbortController().signal;
const read = createRead();
/** Reads in this thread. */
const reader: FileReader = { read: (job) => read(job), close: async () => {} };

interface Bench {
  services: Services;
  log: LogEntry[];
}

async function open(
  database: string,
  more: { embed?: Model["embed"]; reader?: FileReader; chaos?: Chaos } = {},
): Promise<Bench> {
  const store = await openSqliteStore(database);
  const log: LogEntry[] = [];
  const model = {
    ...createScriptedModel({ scripts: [], delay: async () => {} }),
    ...(more.embed && { embed: more.embed }),
  };
  const services = await createServices(store, {
    model,
    reader: more.reader ?? reader,
    chaos: more.chaos,
    log: (entry) => void log.push(entry),
  });
  onTestFinished(() => services.indexer.close());
  return { services, log };
}

async function storeOf(services: Services, ...texts: string[]): Promise<string> {
  const fileIds: string[] = [];
  for (const [index, text] of texts.entries())
    fileIds.push(await createOutputFile(services, `${index}.md`, Buffer.from(text)));
  return (await createVectorStore(services, { file_ids: fileIds })).id;
}

const counts = async ({ services }: Bench, id: string) => (await findVectorStore(services, id)).file_counts;
const search = ({ services }: Bench, id: string, query: string) =>
  services.fileSearch.search(
    { vectorStoreIds: [id], query, maxNumResults: 20, scoreThreshold: 0, filters: null },
    never,
  );

test("what waits when the server ends is indexed by the next one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "playbill-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const database = join(folder, "local.db");
  const first = await open(database);
  const id = await storeOf(first.services, "alpha", "beta");
  await first.services.indexer.close();
  expect(await counts(first, id)).toMatchObject({ in_progress: 2 });
  const second = await open(database);
  await second.services.indexer.settled([id], never);
  expect(await counts(second, id)).toMatchObject({ completed: 2, total: 2 });
  expect((await search(second, id, "beta")).map(({ content }) => content)).toEqual([["beta"]]);
});

test("bytes of an upload that a crash cut off are gone at the next start", async () => {
  const { services } = await open(":memory:");
  const kept = await createOutputFile(services, "a.md", Buffer.from("alpha"));
  await services.store.blobs.append("file-half", Buffer.from("half a fi"));
  await removeLeftovers(services);
  expect(await services.store.blobs.ids()).toEqual([kept]);
});

test("no wait is endless: settled ends with its signal", async () => {
  const stuck: FileReader = {
    read: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    close: async () => {},
  };
  const bench = await open(":memory:", { reader: stuck });
  const id = await storeOf(bench.services, "alpha");
  const stop = new AbortController();
  const waiting = bench.services.indexer.settled([id], stop.signal);
  stop.abort();
  await expect(waiting).rejects.toThrow();
  await bench.services.indexer.settled(["vs_none"], never);
});

test("an internal error fails the file, is logged, and indexing continues with the next file", async () => {
  const broken: FileReader = {
    read: (job) => (Buffer.from(job.bytes).toString() === "bad" ? Promise.reject(new Error("a bug")) : read(job)),
    close: async () => {},
  };
  const bench = await open(":memory:", { reader: broken });
  const id = await storeOf(bench.services, "bad", "good");
  await bench.services.indexer.settled([id], never);
  expect(await counts(bench, id)).toMatchObject({ failed: 1, completed: 1 });
  expect(bench.log).toMatchObject([{ kind: "fault", error: new Error("a bug") }]);
});

test("a file that takes for ever to read holds up no other, before or after it", async () => {
  const slow: FileReader = {
    read: (job, signal) =>
      Buffer.from(job.bytes).toString() === "slow"
        ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
        : read(job),
    close: async () => {},
  };
  const bench = await open(":memory:", { reader: slow });
  const stuck = await storeOf(bench.services, "alpha", "slow", "slow", "beta");
  const others = await storeOf(bench.services, "gamma", "delta");
  await bench.services.indexer.settled([others], never);
  const later = await storeOf(bench.services, "epsilon");
  await bench.services.indexer.settled([later], never);
  expect(await counts(bench, later)).toMatchObject({ completed: 1 });
  expect(await counts(bench, stuck)).toMatchObject({ completed: 2, in_progress: 2 });
});

/** Knows two topics. */
const embed: Model["embed"] = async (texts) =>
  texts.map((text) => [/refund|money|geld/i.test(text) ? 1 : 0, /parcel|post/i.test(text) ? 1 : 0]);

test("with a model that embeds, a passage is found by what it means", async () => {
  const bench = await open(":memory:", { embed });
  const id = await storeOf(bench.services, "Refunds take five days.", "Parcels take three days.");
  await bench.services.indexer.settled([id], never);
  const [first, second] = await search(bench, id, "Wann kommt mein Geld?");
  expect(first).toMatchObject({ content: ["Refunds take five days."], score: 0.5 });
  expect(second).toMatchObject({ score: 0 });
});

test("when the model cannot embed, the file fails with the model's own words", async () => {
  const failing: Model["embed"] = async () => {
    throw new ModelFailure("rate_limit_exceeded", "Slow down.");
  };
  const bench = await open(":memory:", { embed: failing });
  const id = await storeOf(bench.services, "alpha");
  await bench.services.indexer.settled([id], never);
  expect(await counts(bench, id)).toMatchObject({ failed: 1 });
  expect(await bench.services.store.chunks.facts([id])).toEqual([]);
  expect(bench.log).toEqual([]);
});

test("any text is a query", async () => {
  const bench = await open(":memory:");
  const id = await storeOf(bench.services, "alpha beta");
  await bench.services.indexer.settled([id], never);
  for (const query of ["", '"', "alpha OR", "NEAR(", "*", "\0", "é".repeat(10_000), "alpha".repeat(2000)])
    expect(Array.isArray(await search(bench, id, query))).toBe(true);
});

test("fault injection lets some files fail, and no others", async () => {
  const numbers = [0.05, 0.5, 0.09, 0.95].values();
  const random = () => numbers.next().value ?? 1;
  const chaos = { rateLimited: 0, failing: 0, dropped: 0, notIndexed: 0.1, latency: 0, random };
  const bench = await open(":memory:", { chaos });
  const id = await storeOf(bench.services, "alpha", "beta", "gamma", "delta");
  await bench.services.indexer.settled([id], never);
  expect(await counts(bench, id)).toMatchObject({ failed: 2, completed: 2 });
});
