import { expect, test } from "vitest";
import { createRandom, type Random } from "../../../src/kit/random.ts";
import { describeOnPostgres, freshDatabase } from "../postgres.ts";
import { createThread } from "../runs/lines.ts";
import { violationsOf } from "./history/check.ts";
import { recordHistory, type Cluster } from "./history/record.ts";
import { startProcess, type ProcessOptions, type ReplicaProcess } from "./processes.ts";

/** `PLAYBILL_HISTORIES=20 npx vitest run test/server/replicas` tries as many seeds, each with more to do. */
const seeds = Number(process.env["PLAYBILL_HISTORIES"] ?? 1);
const isLong = seeds > 1;
const pieces = ["Yes", ", ", "I ", "do."];
const leaseMs = 400;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Two processes; now and then one is killed and started again, or stands still for longer than its lease. */
async function startCluster(options: ProcessOptions): Promise<Cluster & { nodes: ReplicaProcess[] }> {
  const nodes = await Promise.all([startProcess(options), startProcess(options)]);
  let kills = 0;
  return {
    nodes,
    clients: () => nodes.map(({ client }) => client),
    async disturb(random: Random) {
      const index = Math.floor(random() * nodes.length);
      const node = nodes[index];
      if (!node) return;
      // The first is a kill, so that there is one in the shortest history.
      if (kills > 0 && random() < 0.6) {
        node.signal("SIGSTOP");
        await wait(leaseMs * (0.5 + 1.5 * random()));
        node.signal("SIGCONT");
      } else {
        kills += 1;
        await node.kill();
        nodes[index] = await startProcess(options);
      }
    },
    async heal() {
      for (const node of nodes) node.signal("SIGCONT");
    },
  };
}

describeOnPostgres("replicas that are processes", () => {
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  test.each(numbers)(
    "lose nothing that was answered when one is killed or stands still under load (seed %i)",
    { timeout: 180_000 },
    async (seed) => {
      const random = createRandom(seed);
      const cluster = await startCluster({ database: await freshDatabase(), leaseMs, pieces });
      const history = await recordHistory(cluster, {
        random,
        reply: pieces.join(""),
        threads: 3,
        clients: 6,
        operations: isLong ? 120 : 25,
        calm: 120,
      });
      expect(violationsOf(history)).toEqual([]);
      expect(history.threads.flatMap(({ runs }) => runs).length).toBeGreaterThan(3);
    },
  );

  test("a replica that was stopped longer than its lease writes nothing to a run that another has taken over", async () => {
    const options = { database: await freshDatabase(), leaseMs };
    // Enough pieces that it stands still while it answers: a run of which something was shown is failed by the other.
    const [one, two] = await Promise.all([
      startProcess({ ...options, pieces: Array.from({ length: 60 }, () => "x") }),
      startProcess({ ...options, pieces }),
    ]);
    const { id: assistantId } = await one.client.beta.assistants.create({ model: "m" });
    const threadId = await createThread(one.client, "hello");
    const { id: runId } = await one.client.beta.threads.runs.create(threadId, { assistant_id: assistantId });
    await expect.poll(async () => (await two.client.beta.threads.messages.list(threadId)).data.length).toBe(2);
    one.signal("SIGSTOP");
    const asked = () => two.client.beta.threads.runs.retrieve(runId, { thread_id: threadId });
    await expect.poll(async () => (await asked()).status, { timeout: 10_000 }).toBe("failed");
    const before = (await two.client.beta.threads.messages.list(threadId)).data;
    one.signal("SIGCONT");
    // A run that it begins now and carries out to its end comes after whatever it had still to write of the other.
    const later = await createThread(one.client, "hello again");
    const run = { assistant_id: assistantId };
    const over = await one.client.beta.threads.runs.createAndPoll(later, run, { pollIntervalMs: 20 });
    expect(over.status).toBe("completed");
    expect((await asked()).status).toBe("failed");
    expect((await one.client.beta.threads.messages.list(threadId)).data).toEqual(before);
  });
});
