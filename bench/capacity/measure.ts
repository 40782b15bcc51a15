import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type OpenAI from "openai";
import { openEmbedded, repeat } from "../embedded.ts";
import { startPostgres, type BenchPostgres } from "../postgres.ts";
import type { Cost, Costs } from "./model.ts";

/** Measures what a run, a message, a reading and an indexed page cost, and writes constants.json: `node bench/capacity/measure.ts`. */
const postgres = startPostgres();
if (!postgres) throw new Error("there is no PostgreSQL here: apt-get install postgresql");
const url = postgres.database("capacity");
const embedded = await openEmbedded(url);
const { client, run } = embedded;
const { id: threadId } = await client.beta.threads.create();
const message = async (): Promise<void> =>
  void (await client.beta.threads.messages.create(threadId, { role: "user", content: sentence.repeat(2) }));
const read = async (): Promise<void> => void (await client.beta.threads.messages.list(threadId, { limit: 20 }));
const sentence = "The quick brown fox jumps over the lazy dog and is not seen again until the evening. ";
/** About 2,000 characters, as many as a page has. */
const page = sentence.repeat(24);

// Everything is compiled, prepared and cached before it counts.
await repeat(200, 8, run);
await repeat(200, 8, message);
await repeat(200, 8, read);
await indexPages(client, 20);
const costs: Costs = {
  run: await costOf(postgres, 600, () => repeat(600, 8, run)),
  message: await costOf(postgres, 600, () => repeat(600, 8, message)),
  read: await costOf(postgres, 1_500, () => repeat(1_500, 8, read)),
  page: await costOf(postgres, 300, () => indexPages(client, 300)),
  idleSecond: await costOf(postgres, 10, () => new Promise((resolve) => setTimeout(resolve, 10_000))),
};
await embedded.close();
postgres.stop();
const file = join(import.meta.dirname, "constants.json");
const about = {
  command: "node bench/capacity/measure.ts",
  node: process.version,
  processors: "two, shared with the client",
  costs,
};
writeFileSync(file, `${JSON.stringify(about, null, 2)}\n`);
console.log(JSON.stringify(about, null, 2));

async function indexPages({ files, vectorStores }: OpenAI, pages: number): Promise<void> {
  const file = await files.create({ file: new File([page.repeat(pages)], "pages.txt"), purpose: "assistants" });
  const { id } = await vectorStores.create({ file_ids: [file.id] });
  for (let status = "in_progress"; status === "in_progress";) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    status = (await vectorStores.retrieve(id)).file_counts.in_progress > 0 ? "in_progress" : "over";
  }
}

/** What one of `count` costs when they are done, eight at once. */
async function costOf(postgres: BenchPostgres, count: number, work: () => Promise<void>): Promise<Cost> {
  const counters = () => {
    const [commits = 0, writes = 0, wal = 0, stored = 0] = postgres
      .ask(
        "capacity",
        `SELECT pg_stat_clear_snapshot(); SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = 'capacity'),
         (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables),
         pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), pg_database_size('capacity')`,
      )
      .split("\n")
      .at(-1)!
      .split("|")
      .map(Number);
    return { commits, writes, wal, stored };
  };
  // Counters of a session that does nothing are seen by others after ten seconds.
  const untilCounted = () => new Promise((resolve) => setTimeout(resolve, 11_000));
  await untilCounted();
  const before = counters();
  const server = process.cpuUsage();
  const database = postgres.processorTime();
  await work();
  const used = process.cpuUsage(server);
  const databaseMs = postgres.processorTime() - database;
  await untilCounted();
  const after = counters();
  const per = (amount: number): number => Number((amount / count).toPrecision(3));
  return {
    serverMs: per((used.user + used.system) / 1000),
    databaseMs: per(databaseMs),
    commits: per(after.commits - before.commits),
    writes: per(after.writes - before.writes),
    walBytes: per(after.wal - before.wal),
    storedBytes: per(after.stored - before.stored),
  };
}
