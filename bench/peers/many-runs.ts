/* Does 10,000 runs in an embedded server of this process, each in a thread of its own that is deleted; prints the memory they leave. */
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import OpenAI from "openai";
import { createScriptedModel, openServer } from "./built.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const turns = [{ user: ["Hi"], steps: [{ say: "Hello." }] }];
const model = createScriptedModel({
  scripts: [{ id: "hi", assistantName: "greeter", opening: [], turns, scope: {} }],
  delay: async () => {},
});
const server = await openServer({ database: ":memory:", model });
const client = new OpenAI({ apiKey: "none", baseURL: "http://embedded/v1", fetch: server.fetch });
const { id: assistantId } = await client.beta.assistants.create({ model: "gpt-4o-mini", name: "greeter" });

async function runs(count: number): Promise<number> {
  for (let run = 0; run < count; run += 1) {
    const thread = { messages: [{ role: "user" as const, content: "Hi" }] };
    const stream = await client.beta.threads.createAndRun({ assistant_id: assistantId, thread, stream: true });
    let threadId = "";
    for await (const { event, data } of stream) if (event === "thread.created") threadId = data.id;
    await client.beta.threads.delete(threadId);
    // Without a socket nothing makes the event loop turn, and what is to be finalized waits for that.
    await turn();
  }
  collectGarbage();
  return process.memoryUsage().rss / 1e6;
}

const early = await runs(1_000);
const late = await runs(9_000);
console.log(JSON.stringify({ early, late }));
await server.close();
