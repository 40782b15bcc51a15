import { once } from "node:events";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { createOutputFile } from "../../../src/server/domain/files/files.ts";
import { createVectorStore } from "../../../src/server/domain/vector-stores/create.ts";
import { findVectorStore } from "../../../src/server/domain/vector-stores/store.ts";
import type { CodeRequest } from "../../../src/server/tools.ts";
import { describeOnPostgres } from "../postgres.ts";
import { createThread } from "../runs/lines.ts";
import { modelThatSays, onPostgres, onSqlite, startReplica, type Shared, type TestReplica } from "./server.ts";

/** No lease ends and no beat comes while a test runs: what happens is by message. */
const still = { leaseMs: 3_600_000 };
/** Others take up what one left within a fraction of a second. */
const short = { leaseMs: 250 };
const never = new AbortController().signal;

/** Waits until the run is stopped. */
const untilStopped = async (signal: AbortSignal): Promise<void> => void (await once(signal, "abort"));

async function beginRun({ client }: TestReplica, said = "hello") {
  const { id: assistantId } = await client.beta.assistants.create({ model: "m", tools: [] });
  const threadId = await createThread(client, said);
  const run = await client.beta.threads.runs.create(threadId, { assistant_id: assistantId });
  return { assistantId, threadId, runId: run.id };
}

const statusOf = async ({ client }: TestReplica, threadId: string, runId: string) =>
  (await client.beta.threads.runs.retrieve(runId, { thread_id: threadId })).status;

/** What is the same of an event wherever it is read: pieces of text are padded by chance. */
function numberedText(event: { type: string; sequence_number: number; delta?: unknown }): string {
  return `${event.sequence_number} ${event.type} ${typeof event.delta === "string" ? event.delta : ""}`;
}

/** Waits until the servers hear one another. */
async function connected(...servers: TestReplica[]): Promise<void> {
  const heard = servers.map(({ services: { replica } }) => {
    const seen = new Set<string>();
    replica.transport.receive({ message: (_, from) => void seen.add(from), gap: () => {} });
    return seen;
  });
  await expect
    .poll(() => {
      for (const { services } of servers) services.replica.transport.send({ kind: "hello" });
      return heard.every((seen) => seen.size === servers.length - 1);
    })
    .toBe(true);
}

function contract(share: () => Promise<Shared>): void {
  test("a cancel at another replica ends the run at once", async () => {
    const shared = await share();
    const model = modelThatSays(["One.", "Two."], untilStopped);
    const [one, two] = [
      await startReplica(shared, { model, limits: still }),
      await startReplica(shared, { model, limits: still }),
    ];
    await connected(one, two);
    const { threadId, runId } = await beginRun(one);
    const told: string[] = [];
    one.engine.bus.subscribe(runId, {
      event: ({ event }) => void told.push(event),
      broken: () => void told.push("broken"),
    });
    const cancelling = await two.client.beta.threads.runs.cancel(runId, { thread_id: threadId });
    expect(cancelling.status).toBe("cancelling");
    await expect.poll(() => statusOf(two, threadId, runId)).toBe("cancelled");
    await expect.poll(() => told.slice(0, 2)).toEqual(["thread.run.cancelling", "thread.run.cancelled"]);
  });

  test("a thread that is deleted at another replica takes its run along at once", async () => {
    const shared = await share();
    const stopped = Promise.withResolvers<void>();
    const model = modelThatSays(["One."], async (signal) => {
      await untilStopped(signal);
      stopped.resolve();
    });
    const [one, two] = [
      await startReplica(shared, { model, limits: still }),
      await startReplica(shared, { model, limits: still }),
    ];
    await connected(one, two);
    const { threadId, runId } = await beginRun(one);
    const broken = Promise.withResolvers<void>();
    one.engine.bus.subscribe(runId, { event: () => {}, broken: broken.resolve });
    await two.client.beta.threads.delete(threadId);
    await Promise.all([stopped.promise, broken.promise]);
  });

  test("a follower of a run at another replica gets all events, in order, from any starting point", async () => {
    const shared = await share();
    const pieces = Array.from({ length: 60 }, (_, index) => `${index} ${"x".repeat(index % 7 === 0 ? 9_000 : 3)}`);
    const going = Promise.withResolvers<void>();
    const model = modelThatSays(pieces, () => going.promise);
    const [one, two] = [
      await startReplica(shared, { model, limits: still }),
      await startReplica(shared, { model, limits: still }),
    ];
    await connected(one, two);
    const { runId } = await beginRun(one);
    const here: string[] = [];
    await one.engine.follow(runId, 0, { event: (event) => void here.push(JSON.stringify(event)), broken: () => {} });
    const follow = async (after: number) => {
      const told: string[] = [];
      const numbers: number[] = [];
      const listener = {
        event(event: object, number: number) {
          told.push(JSON.stringify(event));
          numbers.push(number);
        },
        broken: () => {},
      };
      expect(await two.engine.follow(runId, after, listener)).not.toBeNull();
      await expect.poll(() => told.length).toBeGreaterThan(0);
      return { after, told, numbers };
    };
    const followers = [await follow(0), await follow(2)];
    going.resolve();
    await expect.poll(() => here.at(-1)).toContain('"thread.run.completed"');
    for (const { after, told, numbers } of followers) {
      await expect.poll(() => told.length).toBe(here.length - after);
      expect(told).toEqual(here.slice(after));
      expect(numbers).toEqual(here.slice(after).map((_, index) => after + index + 1));
    }
    await expect.poll(() => two.engine.follow(runId, 0, { event: () => {}, broken: () => {} })).toBeNull();
  });

  test("the stream of a response that is resumed at another replica has every event after the number that it asks from", async () => {
    const shared = await share();
    const going = Promise.withResolvers<void>();
    const model = modelThatSays(["One.", "x".repeat(9_000), "Two.", "Three."], () => going.promise);
    const one = await startReplica(shared, { model, limits: still });
    const two = await startReplica(shared, { model, limits: still });
    await connected(one, two);
    const begun = await one.client.responses.create({ model: "m", input: "hello", background: true, stream: true });
    const here: string[] = [];
    const id = Promise.withResolvers<string>();
    const reading = (async () => {
      for await (const event of begun) {
        if (event.type === "response.created") id.resolve(event.response.id);
        here.push(numberedText(event));
      }
    })();
    const resumed = await two.client.responses.retrieve(await id.promise, { stream: true, starting_after: 1 });
    const there: string[] = [];
    const following = (async () => {
      for await (const event of resumed) there.push(numberedText(event));
    })();
    going.resolve();
    await Promise.all([reading, following]);
    expect(there).toEqual(here.slice(2));
    expect(there.at(-1)).toContain("response.completed");
  });

  test("runs of a replica that is gone are taken up by another, and it keeps its hands off them when it was only asleep", async () => {
    const shared = await share();
    const asleep = Promise.withResolvers<void>();
    const one = await startReplica(shared, {
      model: modelThatSays(["From one."], () => asleep.promise),
      limits: short,
    });
    const two = await startReplica(shared, { model: modelThatSays(["From two."]), limits: short });
    const { threadId, runId } = await beginRun(one);
    one.gate.pause();
    await expect.poll(() => statusOf(two, threadId, runId), { timeout: 5_000 }).toBe("completed");
    asleep.resolve();
    one.gate.resume();
    await expect.poll(async () => one.engine.follow(runId, 0, { event: () => {}, broken: () => {} })).toBeNull();
    await one.engine.close();
    const { data } = await two.client.beta.threads.messages.list(threadId, { order: "asc" });
    expect(data.map(({ content }) => content[0]?.type === "text" && content[0].text.value)).toEqual([
      "hello",
      "From two.",
    ]);
  });

  test("files that wait are shared, and those of a replica that is gone are indexed by another, while both wait for them", async () => {
    const shared = await share();
    const model = modelThatSays([]);
    const one = await startReplica(shared, { model, limits: short });
    const two = await startReplica(shared, { model, limits: short });
    const fileIds: string[] = [];
    for (let number = 0; number < 12; number += 1)
      fileIds.push(await createOutputFile(one.services, `${number}.md`, Buffer.from(`number ${number}`)));
    const first = await createVectorStore(one.services, { file_ids: fileIds });
    await two.services.indexer.settled([first.id], never);
    expect(await findVectorStore(two.services, first.id)).toMatchObject({ file_counts: { completed: 12 } });

    one.gate.kill();
    const second = await createVectorStore(two.services, { file_ids: fileIds.slice(0, 1) });
    await two.services.store.jobs.claim("indexing", one.services.replica.id, new Set(), 9);
    await two.services.indexer.settled([second.id], never);
    expect(await findVectorStore(two.services, second.id)).toMatchObject({ file_counts: { completed: 1 } });
  });

  test("code of a thread from another replica continues with its files in a new session, and the log reports it", async () => {
    const shared = await share();
    const asked: { by: string; path: string | undefined; text: string | undefined }[] = [];
    const start = async (by: string) => {
      const codeInterpreter = {
        async run({ earlier }: CodeRequest) {
          const [file] = (await earlier?.()) ?? [];
          asked.push({ by, path: file?.path, text: file && Buffer.from(file.bytes).toString() });
          return { logs: "", images: [], files: [{ path: "/mnt/data/a.txt", bytes: Buffer.from(`of ${by}`) }] };
        },
        prewarm: () => {},
        endSession: async () => {},
        close: async () => {},
      };
      const model = {
        ...modelThatSays([]),
        async *respond({ rounds }: { rounds: unknown[] }) {
          if (rounds.length === 0) {
            yield {
              kind: "call",
              index: 0,
              callId: "call_1",
              tool: "code_interpreter",
              name: "code_interpreter",
            } as const;
            yield { kind: "arguments", index: 0, delta: '{"input":"1"}' } as const;
            yield { kind: "finish", reason: "tool_calls" } as const;
          } else yield { kind: "finish", reason: "stop" } as const;
        },
      };
      return startReplica(shared, { model, limits: still, services: { codeInterpreter } });
    };
    const one = await start("one");
    const two = await start("two");
    const { id: assistantId } = await one.client.beta.assistants.create({
      model: "m",
      tools: [{ type: "code_interpreter" }],
    });
    const threadId = await createThread(one.client, "count");
    for (const { client } of [one, two, one])
      expect(
        await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId }, { pollIntervalMs: 1 }),
      ).toMatchObject({
        status: "completed",
      });
    expect(asked).toEqual([
      { by: "one", path: undefined, text: undefined },
      { by: "two", path: "/mnt/data/a.txt", text: "of one" },
      { by: "one", path: "/mnt/data/a.txt", text: "of two" },
    ]);
    for (const { log } of [one, two])
      expect(log.filter(({ kind }) => kind === "session")).toEqual([{ kind: "session", threadId }]);
  });

  test("a hundred requests to one thread through two replicas hold its lock", async () => {
    const shared = await share();
    const model = modelThatSays(["Yes."]);
    const servers = [
      await startReplica(shared, { model, limits: still }),
      await startReplica(shared, { model, limits: still }),
    ];
    const [one] = servers;
    if (!one) return expect.fail();
    const { id: assistantId } = await one.client.beta.assistants.create({ model: "m" });
    const threadId = await createThread(one.client, "hello");
    const begun = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => {
        const { client } = servers[index % 2] ?? one;
        return client.beta.threads.runs.create(threadId, { assistant_id: assistantId });
      }),
    );
    const runIds = begun.flatMap((each) => (each.status === "fulfilled" ? [each.value.id] : []));
    for (const each of begun)
      if (each.status === "rejected") {
        expect(each.reason).toBeInstanceOf(OpenAI.BadRequestError);
        expect(each.reason).toMatchObject({ message: expect.stringContaining("already has an active run") });
      }
    await expect
      .poll(async () =>
        (await one.client.beta.threads.runs.list(threadId)).data.every(({ status }) => status === "completed"),
      )
      .toBe(true);
    const runs = (await one.client.beta.threads.runs.list(threadId, { order: "asc", limit: 100 })).data;
    expect(runs.map(({ id }) => id).toSorted()).toEqual(runIds.toSorted());
    // Each answers before the next one begins, so that there is one answer a run, in their order.
    const { data } = await one.client.beta.threads.messages.list(threadId, { order: "asc", limit: 100 });
    expect(data.flatMap(({ run_id: runId }) => runId ?? [])).toEqual(runs.map(({ id }) => id));
  });
}

describe("replicas on one SQLite file", () => contract(onSqlite));
describeOnPostgres("replicas on PostgreSQL", () => contract(onPostgres));
