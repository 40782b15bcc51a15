import { join } from "node:path";
import OpenAI from "openai";
import { serve, type Serving } from "./children.ts";
import { byTurns, peer, playbill } from "./commands.ts";
import { repeat } from "./embedded.ts";
import { median, type Measurement } from "./measurement.ts";
import { startPostgres } from "./postgres.ts";
import { temporaryFolder } from "./project.ts";

/** Plain runs a second at servers that are processes: two on one PostgreSQL, and one, beside one on a SQLite file. Nothing without PostgreSQL. */
export async function replicas(): Promise<Measurement[]> {
  const postgres = startPostgres();
  if (!postgres) {
    console.error("PostgreSQL is not installed, so replicas on it are left out: apt-get install postgresql");
    return [];
  }
  const { path, remove } = await temporaryFolder();
  const model = await serve(peer("peers/model-endpoint.ts"), path);
  const start = (database: string): Promise<Serving> => {
    const options = ["--model", "openai", "--upstream-base-url", `${model.url}/v1`, "--log", "faults", "--port", "0"];
    return serve(playbill("serve", ...options, "--db", database), path);
  };
  const sqlite = await start(join(path, "server.db"));
  const shared = postgres.database("two_replicas");
  const two = [await start(shared), await start(shared)];
  const alone = await start(postgres.database("one_replica"));
  const askers = {
    sqlite: await runsAt([sqlite]),
    one: await runsAt([alone]),
    two: await runsAt(two),
  };
  const rates = await byTurns(3, {
    sqlite: () => rateOf(askers.sqlite),
    one: () => rateOf(askers.one),
    two: () => rateOf(askers.two),
  });
  for (const { stop } of [sqlite, alone, ...two, model]) await stop();
  postgres.stop();
  await remove();
  const beside = { name: "one process on a SQLite file", value: median(rates.sqlite) };
  const row = (name: string, values: readonly number[]): Measurement => ({
    name,
    value: median(values),
    unit: "runs/s",
    target: null,
    moreIsBetter: true,
    peer: beside,
  });
  return [
    row("plain runs, one replica on PostgreSQL", rates.one),
    row("plain runs, two replicas on one PostgreSQL", rates.two),
  ];
}

/** A run on a new thread, to its end; by turns at each server. */
async function runsAt(servers: readonly Serving[]): Promise<() => Promise<void>> {
  const clients = servers.map(({ url }) => new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, maxRetries: 0 }));
  const [first] = clients;
  if (!first) throw new Error("there is no server");
  const { id: assistantId } = await first.beta.assistants.create({ model: "after-0ms" });
  let count = 0;
  return async () => {
    const { beta } = clients[(count += 1) % clients.length] ?? first;
    const thread = { messages: [{ role: "user" as const, content: "What is the weather in Paris?" }] };
    let last = "";
    for await (const { event } of await beta.threads.createAndRun({ assistant_id: assistantId, thread, stream: true }))
      last = event;
    if (last !== "thread.run.completed" && last !== "done") throw new Error(`the stream ended with ${last}`);
  };
}

/** How many a second, sixteen at once. */
async function rateOf(run: () => Promise<void>): Promise<number> {
  await repeat(50, 16, run);
  const begin = performance.now();
  await repeat(400, 16, run);
  return (400 / (performance.now() - begin)) * 1000;
}
