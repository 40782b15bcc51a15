import OpenAI from "openai";
import type { Random } from "../../../../src/kit/random.ts";
import { done, isOver, type Answered, type FinalThread, type History, type Operation, type Seen } from "./history.ts";

/** Servers on one database, which something happens to while clients ask them. */
export interface Cluster {
  /** Of the servers that are there now; each client asks any of them. */
  clients(): OpenAI[];
  /** Stops, kills or starts one of them. */
  disturb(random: Random): Promise<void>;
  /** Lets all of them run again. */
  heal(): Promise<void>;
}

export interface RecordOptions {
  random: Random;
  /** What the model answers. */
  reply: string;
  threads: number;
  /** Clients at once, and how much each does. */
  clients: number;
  operations: number;
  /** Milliseconds between two disturbances, about. */
  calm: number;
}

/** Lets clients work on a few threads while servers come and go, and writes down what each saw, with its times. */
export async function recordHistory(cluster: Cluster, options: RecordOptions): Promise<History> {
  const { random, reply, threads: count } = options;
  const operations: Operation[] = [];
  const anyClient = (): OpenAI => pick(cluster.clients(), random);
  const first = anyClient();
  const { id: assistantId } = await first.beta.assistants.create({ model: "m" });
  const threadIds: string[] = [];
  for (let number = 0; number < count; number += 1) threadIds.push((await first.beta.threads.create()).id);
  let said = 0;
  const stop = new AbortController();

  const act = async (client: number): Promise<void> => {
    const asked = { client: anyClient(), threadId: pick(threadIds, random), assistantId };
    const known = done(operations, "begin run").filter(({ threadId }) => threadId === asked.threadId);
    const runId = known.at(-1)?.outcome.runId;
    const start = performance.now();
    const about = { client, threadId: asked.threadId, start };
    const operation = await pick(choices, random)(asked, runId, `message ${(said += 1)}`);
    if (operation) operations.push({ ...about, ...operation, end: performance.now() } as Operation);
  };
  const working = Array.from({ length: options.clients }, async (_, client) => {
    for (let number = 0; number < options.operations; number += 1) await act(client);
  });
  const disturbing = (async () => {
    while (!stop.signal.aborted) {
      await pause(options.calm * (0.5 + random()));
      if (!stop.signal.aborted) await cluster.disturb(random);
    }
  })();
  await Promise.all(working);
  stop.abort();
  await disturbing;
  await cluster.heal();
  return { operations, threads: await Promise.all(threadIds.map((id) => finalThread(anyClient(), id))), reply };
}

interface Asked {
  client: OpenAI;
  threadId: string;
  assistantId: string;
}
type Act = (asked: Asked, runId: string | undefined, text: string) => Promise<object | null>;

const choices: Act[] = [post, post, post, begin, begin, stream, stream, read, read, read, cancel, list, list];

async function post({ client, threadId }: Asked, _: string | undefined, text: string): Promise<object> {
  const posted = client.beta.threads.messages.create(threadId, { role: "user", content: text });
  return { kind: "post message", text, outcome: await answered(posted.then(({ id }) => ({ messageId: id }))) };
}

async function begin({ client, threadId, assistantId }: Asked): Promise<object> {
  const begun = client.beta.threads.runs.create(threadId, { assistant_id: assistantId, instructions: "Answer." });
  return { kind: "begin run", outcome: await answered(begun.then(({ id }) => ({ runId: id }))) };
}

async function read({ client, threadId }: Asked, runId: string | undefined): Promise<object | null> {
  if (runId === undefined) return null;
  const asked = client.beta.threads.runs.retrieve(runId, { thread_id: threadId });
  return { kind: "read run", runId, outcome: await answered(asked.then(({ status }) => ({ status }))) };
}

async function cancel({ client, threadId }: Asked, runId: string | undefined): Promise<object | null> {
  if (runId === undefined) return null;
  const asked = client.beta.threads.runs.cancel(runId, { thread_id: threadId });
  return { kind: "cancel run", runId, outcome: await answered(asked.then(({ status }) => ({ status }))) };
}

async function list({ client, threadId }: Asked): Promise<object> {
  const listed = Array.fromAsync(client.beta.threads.messages.list(threadId, { order: "asc", limit: 5 }));
  return {
    kind: "list messages",
    outcome: await answered(listed.then((all) => ({ messageIds: all.map(({ id }) => id) }))),
  };
}

async function stream({ client, threadId, assistantId }: Asked): Promise<object> {
  return { kind: "stream run", outcome: await answered(followRun(client, threadId, assistantId)) };
}

async function followRun(
  client: OpenAI,
  threadId: string,
  assistantId: string,
): Promise<{ runId: string; begun: number; seen: Seen }> {
  const body = { assistant_id: assistantId, instructions: "Answer.", stream: true } as const;
  const events = await client.beta.threads.runs.create(threadId, body);
  const seen: Seen = { statuses: [], texts: {}, numbers: [], isWhole: false };
  let runId = "";
  let begun = 0;
  try {
    for await (const { event, data } of events) {
      if (event === "thread.run.created") [runId, begun] = [data.id, performance.now()];
      else if (event.startsWith("thread.run.") && !event.startsWith("thread.run.step")) {
        const status = event.slice("thread.run.".length);
        seen.statuses.push(status);
        seen.isWhole ||= isOver(status);
      } else if (event === "thread.message.created") seen.texts[data.id] = "";
      else if (event === "thread.message.delta")
        for (const part of data.delta.content ?? [])
          if (part.type === "text") seen.texts[data.id] = (seen.texts[data.id] ?? "") + (part.text?.value ?? "");
    }
  } catch (error) {
    // It broke off. Nobody knows of a run that was not even told of.
    if (runId === "") throw error;
  }
  if (runId === "") throw new OpenAI.APIConnectionError({ message: "the stream ended before it told of a run" });
  return { runId, begun, seen };
}

/** What became of a request. A refusal that no client could have earned is thrown. */
async function answered<T extends object>(asked: Promise<T>): Promise<Answered<T>> {
  try {
    return { kind: "done", ...(await asked) };
  } catch (error) {
    // The connection ended in the middle of an answer: fetch says so in these words.
    if (error instanceof TypeError && error.message === "terminated") return { kind: "unknown" };
    if (!(error instanceof OpenAI.APIError)) throw error;
    if (error.status === undefined || error.status >= 500) return { kind: "unknown" };
    if (error.status === 400) return { kind: "refused" };
    throw error;
  }
}

/** Waits until every run of the thread is over, for as long as that may take; then how it stands. */
async function finalThread({ beta: { threads } }: OpenAI, id: string): Promise<FinalThread> {
  const until = performance.now() + 15_000;
  const runsOf = () => Array.fromAsync(threads.runs.list(id, { order: "asc", limit: 100 }));
  let runs = await runsOf();
  while (runs.some(({ status }) => !isOver(status)) && performance.now() < until) {
    await pause(20);
    runs = await runsOf();
  }
  const messages = await Array.fromAsync(threads.messages.list(id, { order: "asc", limit: 100 }));
  return {
    id,
    runs: runs.map((run) => ({ id: run.id, status: run.status })),
    messages: messages.map((message) => ({
      id: message.id,
      runId: message.run_id,
      text: message.content.map((part) => (part.type === "text" ? part.text.value : "")).join(""),
      status: message.status ?? "completed",
    })),
  };
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
