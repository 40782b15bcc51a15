import OpenAI from "openai";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "./children.ts";
import { peer, playbill } from "./commands.ts";
import { median, percentile, type Measurement } from "./measurement.ts";
import { temporaryFolder } from "./project.ts";

/** What one answer took: to its first words and to its end, in milliseconds. */
interface Timing {
  first: number;
  total: number;
}

const direct = "chat completions, directly";

/** What a run adds to the model's call: `playbill serve` in front of a trivial endpoint, against that endpoint alone. */
export async function latency(): Promise<Measurement[]> {
  const { path, remove } = await temporaryFolder();
  const model = await serve(peer("peers/model-endpoint.ts"), path);
  const options = ["--model", "openai", "--upstream-base-url", `${model.url}/v1`, "--log", "faults", "--port", "0"];
  const server = await serve(playbill("serve", ...options), path);
  const client = (url: string): OpenAI => new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, maxRetries: 0 });
  const runs = runner(client(server.url));
  const calls = caller(client(model.url));
  await burst(await runs("after-0ms"), { atOnce: 5, rounds: 20 });
  const loaded = { runs: await busy(await runs("after-500ms")), calls: await busy(calls("after-500ms")) };
  const alone = { atOnce: 1, rounds: 100 };
  const single = { runs: await burst(await runs("after-0ms"), alone), calls: await burst(calls("after-0ms"), alone) };
  await server.stop();
  await model.stop();
  await remove();
  const added = (name: string, target: number, ofTimings: (timings: Timing[]) => number, from: typeof single) => ({
    name,
    value: ofTimings(from.runs) - ofTimings(from.calls),
    unit: "ms" as const,
    target,
    peer: { name: direct, value: ofTimings(from.calls) },
  });
  const totals = (share: number) => (timings: Timing[]) =>
    percentile(
      timings.map(({ total }) => total),
      share,
    );
  const firsts = (timings: Timing[]): number => median(timings.map(({ first }) => first));
  return [
    added("a run adds, 50 at once, p50", 5, totals(50), loaded),
    added("a run adds, 50 at once, p99", 15, totals(99), loaded),
    added("a run adds before the first token", 5, firsts, single),
  ];
}

/** Fifty at once, begun evenly over the time that the model takes. */
function busy(ask: () => Promise<Timing>): Promise<Timing[]> {
  return burst(ask, { atOnce: 50, rounds: 8, apart: 10 });
}

async function burst(
  ask: () => Promise<Timing>,
  { atOnce, rounds, apart = 0 }: { atOnce: number; rounds: number; apart?: number },
): Promise<Timing[]> {
  const lanes = Array.from({ length: atOnce }, async (_, lane) => {
    await sleep(lane * apart);
    const timings: Timing[] = [];
    for (let round = 0; round < rounds; round += 1) timings.push(await ask());
    return timings;
  });
  return (await Promise.all(lanes)).flat();
}

/** Runs of an assistant with that model; the thread is made before the time counts. */
function runner(client: OpenAI): (model: string) => Promise<() => Promise<Timing>> {
  const { assistants, threads } = client.beta;
  return async (model) => {
    const { id: assistantId } = await assistants.create({ model });
    return async () => {
      const { id } = await threads.create({ messages: [{ role: "user", content: "What is the weather in Paris?" }] });
      const timing = stopwatch();
      let last = "";
      for await (const { event } of await threads.runs.create(id, { assistant_id: assistantId, stream: true })) {
        if (event === "thread.message.delta") timing.word();
        last = event;
      }
      if (last !== "thread.run.completed") throw new Error(`a run ended with ${last}`);
      return timing.end();
    };
  };
}

function caller(client: OpenAI): (model: string) => () => Promise<Timing> {
  return (model) => async () => {
    const timing = stopwatch();
    const messages = [{ role: "user" as const, content: "What is the weather in Paris?" }];
    for await (const _ of await client.chat.completions.create({ model, messages, stream: true })) timing.word();
    return timing.end();
  };
}

function stopwatch(): { word(): void; end(): Timing } {
  const begin = performance.now();
  let first: number | null = null;
  return {
    word: () => void (first ??= performance.now() - begin),
    end: () => ({ first: first ?? Number.NaN, total: performance.now() - begin }),
  };
}
