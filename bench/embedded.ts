import OpenAI from "openai";
import { createScriptedModel } from "../src/server/models/script.ts";
import { openServer } from "../src/server/server.ts";

/** The embedded server and the scripted model in this process, and the least that there is beside it. */
export interface Embedded {
  client: OpenAI;
  /** A streamed run on a new thread, to its end. */
  run(this: void): Promise<void>;
  /** A streamed chat completion that is a constant, through the same client. */
  call(this: void): Promise<void>;
  close(this: void): Promise<void>;
}

/** Opens it on a database, a file or `:memory:`. */
export async function openEmbedded(database: string): Promise<Embedded> {
  const turns = [{ user: ["Hi"], steps: [{ say: "It is sunny in Paris." }] }];
  const script = { id: "hi", assistantName: "greeter", opening: [], turns, scope: {} };
  const model = createScriptedModel({ scripts: [script], delay: async () => {} });
  const server = await openServer({ database, model });
  const client = clientOf(server.fetch);
  const bare = clientOf(async () => new Response(completion, { headers: { "content-type": "text/event-stream" } }));
  const { id: assistantId } = await client.beta.assistants.create({ model: "gpt-4o-mini", name: "greeter" });
  const messages = [{ role: "user" as const, content: "Hi" }];
  return {
    client,
    async run() {
      const thread = { messages };
      const stream = await client.beta.threads.createAndRun({ assistant_id: assistantId, thread, stream: true });
      await endOf(stream, ({ event }) => event === "thread.run.completed");
    },
    async call() {
      const stream = await bare.chat.completions.create({ model: "gpt-4o-mini", messages, stream: true });
      await endOf(stream, ({ choices }) => choices[0]?.finish_reason === "stop");
    },
    close: () => server.close(),
  };
}

/** Does `work` that often, so many at once. */
export async function repeat(count: number, atOnce: number, work: () => Promise<void>): Promise<void> {
  const left = Array.from({ length: count }).values();
  const lane = async (): Promise<void> => {
    for (const _ of left) await work();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

const clientOf = (fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>): OpenAI =>
  new OpenAI({ apiKey: "none", baseURL: "http://embedded/v1", maxRetries: 0, fetch });

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: "gpt-4o-mini", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const completion = `${chunk({ content: "It is sunny in Paris." }, null)}${chunk({}, "stop")}data: [DONE]\n\n`;

async function endOf<T>(stream: AsyncIterable<T>, isLast: (event: T) => boolean): Promise<void> {
  let last: T | undefined;
  for await (const event of stream) last = event;
  if (last === undefined || !isLast(last)) throw new Error("the stream did not end well");
}
