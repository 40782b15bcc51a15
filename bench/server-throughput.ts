import type OpenAI from "openai";
import { byTurns } from "./commands.ts";
import { openEmbedded, repeat, type Embedded } from "./embedded.ts";
import { median, type Measurement } from "./measurement.ts";

/** Runs a second, and pages of long threads, with the server and the scripted model in this process. */
export async function throughput(): Promise<Measurement[]> {
  const embedded = await openEmbedded(":memory:");
  const { client, close } = embedded;
  const measured = [await runsPerSecond(embedded), await pageOfLongThread(client), await runOfLongThread(client)];
  await close();
  return measured;
}

async function runsPerSecond({ run, call }: Embedded): Promise<Measurement> {
  const rates = await byTurns(5, { runs: () => rateOf(500, run), calls: () => rateOf(500, call) });
  return {
    name: "plain runs, scripted model, in memory",
    value: median(rates.runs),
    unit: "runs/s",
    target: 200,
    moreIsBetter: true,
    peer: { name: "chat completions of a constant, same client", value: median(rates.calls) },
  };
}

/** How many a second, eight at once. */
async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await repeat(count, 8, work);
  return (count / (performance.now() - begin)) * 1000;
}

async function pageOfLongThread({ beta: { threads } }: OpenAI): Promise<Measurement> {
  const long = await threadOf(threads, 10_000);
  const short = await threadOf(threads, 100);
  const page = async (id: string): Promise<number> => {
    const begin = performance.now();
    const { data } = await threads.messages.list(id, { limit: 100 });
    if (data.length !== 100) throw new Error(`the page holds ${data.length} messages`);
    return performance.now() - begin;
  };
  const times = await byTurns(30, { long: () => page(long), short: () => page(short) });
  return {
    name: "list 100 messages of a thread of 10,000",
    value: median(times.long),
    unit: "ms",
    target: 10,
    peer: { name: "the same of a thread of 100", value: median(times.short) },
  };
}

/** How long others wait at most while a run reads a long thread; the answer is the script's failure, which is found only after all was read. */
async function runOfLongThread(client: OpenAI): Promise<Measurement> {
  const { threads, assistants } = client.beta;
  const { id: assistantId } = await assistants.create({ model: "gpt-4o-mini", name: "reader" });
  const long = await threadOf(threads, 20_000);
  const short = await threadOf(threads, 100);
  const stall = async (id: string): Promise<number> => {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await threads.runs.createAndPoll(id, { assistant_id: assistantId }, { pollIntervalMs: 5 });
    clearInterval(timer);
    return longest;
  };
  const times = await byTurns(5, { long: () => stall(long), short: () => stall(short) });
  return {
    name: "longest wait of others during a run on a thread of 20,000",
    value: median(times.long),
    unit: "ms",
    target: 200,
    peer: { name: "the same on a thread of 100", value: median(times.short) },
  };
}

async function threadOf(threads: OpenAI["beta"]["threads"], count: number): Promise<string> {
  const messages = Array.from({ length: count }, (_, index) => ({
    role: "user" as const,
    content: `Message ${index}`,
  }));
  return (await threads.create({ messages })).id;
}
