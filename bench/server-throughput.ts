import OpenAI from "openai";
import { createScriptedModel } from "../src/server/models/script.ts";
import { openServer } from "../src/server/server.ts";
import { byTurns } from "./commands.ts";
import { median, type Measurement } from "./measurement.ts";

/** Runs a second, and pages of long threads, with the server and the scripted model in this process. */
export async function throughput(): Promise<Measurement[]> {
  const turns = [{ user: ["Hi"], steps: [{ say: "It is sunny in Paris." }] }];
  const script = { id: "hi", assistantName: "greeter", opening: [], turns, scope: {} };
  const server = await openServer({
    database: ":memory:",
    model: createScriptedModel({ scripts: [script], delay: async () => {} }),
  });
  const client = clientOf(server.fetch);
  const measured = [await runsPerSecond(client), await pageOfLongThread(client), await runOfLongThread(client)];
  await server.close();
  return measured;
}

const clientOf = (fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>): OpenAI =>
  new OpenAI({ apiKey: "none", baseURL: "http://embedded/v1", maxRetries: 0, fetch });

async function runsPerSecond(client: OpenAI): Promise<Measurement> {
  const { id: assistantId } = await client.beta.assistants.create({ model: "gpt-4o-mini", name: "greeter" });
  const bare = clientOf(async () => new Response(completion, { headers: { "content-type": "text/event-stream" } }));
  const messages = [{ role: "user" as const, content: "Hi" }];
  const rates = await byTurns(5, {
    runs: () =>
      rateOf(500, async () => {
        const thread = { messages };
        const stream = await client.beta.threads.createAndRun({ assistant_id: assistantId, thread, stream: true });
        await endOf(stream, ({ event }) => event === "thread.run.completed");
      }),
    calls: () =>
      rateOf(500, async () => {
        const stream = await bare.chat.completions.create({ model: "gpt-4o-mini", messages, stream: true });
        await endOf(stream, ({ choices }) => choices[0]?.finish_reason === "stop");
      }),
  });
  return {
    name: "plain runs, scripted model, in memory",
    value: median(rates.runs),
    unit: "runs/s",
    target: 200,
    moreIsBetter: true,
    peer: { name: "chat completions of a constant, same client", value: median(rates.calls) },
  };
}

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: "gpt-4o-mini", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const completion = `${chunk({ content: "It is sunny in Paris." }, null)}${chunk({}, "stop")}data: [DONE]\n\n`;

/** How many a second, eight at once. */
async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  const left = Array.from({ length: count }).values();
  const lane = async (): Promise<void> => {
    for (const _ of left) await work();
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return (count / (performance.now() - begin)) * 1000;
}

async function endOf<T>(stream: AsyncIterable<T>, isLast: (event: T) => boolean): Promise<void> {
  let last: T | undefined;
  for await (const event of stream) last = event;
  if (last === undefined || !isLast(last)) throw new Error("the stream did not end well");
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
