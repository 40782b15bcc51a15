/*
 * The conversations of bench/project.ts without Playbill: a loop through the official client against the same embedded
 * server in this process. Arguments: conversations, turns, the model's milliseconds, how many at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import type { Script } from "../../src/project/script.ts";
import { answer, question } from "../project.ts";
import { createScriptedModel, openServer } from "./built.ts";

const [conversations = 1, turns = 1, delay = 0, jobs = 8] = process.argv.slice(2).map(Number);
const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const scripts = range(conversations).map((conversation): Script => ({
  id: `city-${conversation}`,
  assistantName: "weather",
  opening: [],
  turns: range(turns).map((turn) => ({
    user: [question(conversation, turn)],
    steps: [...(delay > 0 ? [{ delay: `${delay}ms` }] : []), { say: answer(conversation, turn) }],
  })),
  scope: {},
}));
const model = createScriptedModel({ scripts, delay: (milliseconds) => sleep(milliseconds) });
const server = await openServer({ database: "peer.db", model });
const client = new OpenAI({ apiKey: "none", baseURL: "http://embedded/v1", fetch: server.fetch });
const { id: assistantId } = await client.beta.assistants.create({ model: "gpt-4o-mini", name: "weather" });

async function converse(conversation: number): Promise<void> {
  const { id } = await client.beta.threads.create();
  for (const turn of range(turns)) {
    await client.beta.threads.messages.create(id, { role: "user", content: question(conversation, turn) });
    const stream = await client.beta.threads.runs.create(id, { assistant_id: assistantId, stream: true });
    let reply = "";
    for await (const { event, data } of stream) {
      if (event !== "thread.message.completed") continue;
      reply = data.content.map((part) => (part.type === "text" ? part.text.value : "")).join("");
    }
    if (!reply.includes(`city ${conversation}`)) throw new Error(`wrong reply: ${reply}`);
  }
  await client.beta.threads.delete(id);
}

const left = range(conversations).values();
await Promise.all(
  range(jobs).map(async () => {
    for (const conversation of left) await converse(conversation);
  }),
);
await client.beta.assistants.delete(assistantId);
await server.close();
