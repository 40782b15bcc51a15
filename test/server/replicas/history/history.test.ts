import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../../../src/kit/random.ts";
import { describeOnPostgres } from "../../postgres.ts";
import { modelThatSays, onPostgres, onSqlite, startReplica, type Shared, type TestReplica } from "../server.ts";
import { violationsOf } from "./check.ts";
import { recordHistory, type Cluster } from "./record.ts";

/** `PLAYBILL_HISTORIES=100 npx vitest run test/server/replicas/history` tries as many seeds, each with more to do. */
const seeds = Number(process.env["PLAYBILL_HISTORIES"] ?? 1);
const isLong = seeds > 1;
const pieces = ["Yes", ", ", "I ", "do."];
const leaseMs = 200;

/** Servers in this process, of which one now and then stands still for longer than its lease, or is killed and started again. */
async function startCluster(shared: Shared, random: Random): Promise<Cluster> {
  const start = (): Promise<TestReplica> => {
    const model = modelThatSays(pieces, (signal) => wait(random() * 12, signal));
    return startReplica(shared, { model, limits: { leaseMs } });
  };
  const nodes = [await start(), await start()];
  return {
    clients: () => nodes.map(({ client }) => client),
    async disturb() {
      const index = Math.floor(random() * nodes.length);
      const node = nodes[index];
      if (!node) return;
      if (random() < 0.5) {
        node.gate.pause();
        await wait(leaseMs * (0.3 + 1.7 * random()));
        node.gate.resume();
      } else {
        node.gate.kill();
        await wait(leaseMs * random());
        nodes[index] = await start();
      }
    },
    async heal() {
      for (const { gate } of nodes) gate.resume();
    },
  };
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

function contract(share: () => Promise<Shared>): void {
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  test.each(numbers)(
    "keeps what is promised while servers stand still and are killed (seed %i)",
    { timeout: 120_000 },
    async (seed) => {
      const random = createRandom(seed);
      const cluster = await startCluster(await share(), random);
      const history = await recordHistory(cluster, {
        random,
        reply: pieces.join(""),
        threads: 3,
        clients: 6,
        operations: isLong ? 80 : 15,
        calm: 150,
      });
      expect(violationsOf(history)).toEqual([]);
      const outcomes = new Set(history.operations.map(({ kind, outcome }) => `${kind}: ${outcome.kind}`));
      for (const kind of ["post message", "begin run", "stream run", "list messages"])
        expect(outcomes).toContain(`${kind}: done`);
    },
  );
}

describe("a history on one SQLite file", () => contract(onSqlite));
describeOnPostgres("a history on PostgreSQL", () => contract(onPostgres));
