import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import type { FileReader } from "../../src/server/search/reader/reader.ts";
import { askFor, operation, type Ask, type Known, type Operation } from "./equivalence/operations.ts";
import { startServer } from "./harness.ts";
import { freshDatabase } from "./postgres.ts";
import { manualClock } from "./manual-clock.ts";
import { createThread, lines } from "./runs/lines.ts";
import { scriptsOf } from "./scripts.ts";
import { countedIds } from "../../src/server/services.ts";
import { times } from "../times.ts";

interface Told {
  id?: string;
  object?: string;
  thread_id?: string;
  status?: string;
  required_action?: { submit_tool_outputs: { tool_calls: { id: string }[] } } | null;
}
interface Answer {
  status: number;
  body: Told;
}
interface Player {
  /** Lets a second go by. */
  tick(): void;
  ask(ask: Ask): Promise<Answer>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

const noReader: FileReader = { read: async () => ({ kind: "chunks", chunks: [] }), close: async () => {} };

/** A server whose ids and times follow from what it is asked, also when it is ended and opened again in between. */
async function createPlayer(database: string): Promise<Player> {
  const clock = manualClock();
  const ids = countedIds();
  const model = createScriptedModel({ scripts: scriptsOf(lines), delay: async () => {} });
  const open = () => openServer({ database, model, clock, ids, reader: noReader });
  let app = await open();
  return {
    tick: () => clock.advance(1_000),
    async ask({ method, path, json, upload }) {
      const form = new FormData();
      if (upload !== undefined) {
        form.append("purpose", "batch");
        form.append("file", new File([upload], "a.txt"));
      }
      const body = upload !== undefined ? form : json && JSON.stringify(json);
      const response = await app.fetch(`http://server.test/v1${path}`, {
        method,
        headers: { "openai-beta": "assistants=v2", ...(json && { "content-type": "application/json" }) },
        ...(body !== undefined && { body }),
      });
      return { status: response.status, body: (await response.json()) as Told };
    },
    async restart() {
      await app.close();
      app = await open();
    },
    close: () => app.close(),
  };
}

/** Asks until the run waits or is over. */
async function settled(player: Player, ask: Ask): Promise<Answer> {
  const answer = await player.ask(ask);
  const moves = ["queued", "in_progress", "cancelling"].includes(answer.body.status ?? "");
  return moves ? settled(player, ask) : answer;
}

function learn(known: Known, { id = "", object, thread_id: threadId = "", required_action: action }: Told): void {
  if (object === "assistant") known.assistants.push(id);
  else if (object === "thread") known.threads.push(id);
  else if (object === "file") known.files.push(id);
  else if (object === "response") known.responses.push(id);
  else if (object === "conversation") known.conversations.push(id);
  else if (object === "thread.message") known.messages.push({ id, thread_id: threadId });
  else if (object === "thread.run") {
    const calls = action?.submit_tool_outputs.tool_calls.map((call) => call.id) ?? [];
    known.runs = [...known.runs.filter((run) => run.id !== id), { id, thread_id: threadId, calls }];
    if (!known.threads.includes(threadId)) known.threads.push(threadId);
  }
}

test("in memory, on disk, on PostgreSQL and over any number of restarts, the same requests get the same answers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  let number = 0;
  const round = fc.array(fc.tuple(operation, fc.boolean()), { minLength: 8, maxLength: 40 });
  const seen = new Map<string, number>();
  let rounds = 0;
  /** Some rounds are enough for it: what a store promises is tried by itself. */
  const onPostgres = async (): Promise<Player[]> =>
    inject("postgres") !== null && rounds++ < 3 ? [await createPlayer(await freshDatabase())] : [];
  const play = async (operations: [Operation, restart: boolean][]): Promise<void> => {
    const file = (): string => join(folder, `${number++}.db`);
    const restarted = await createPlayer(file());
    const players = [await createPlayer(":memory:"), await createPlayer(file()), restarted, ...(await onPostgres())];
    const known: Known = {
      assistants: [],
      threads: [],
      messages: [],
      runs: [],
      files: [],
      responses: [],
      conversations: [],
    };
    const everywhere = async (how: (player: Player) => Promise<Answer>): Promise<Told> => {
      const [first, ...others] = await Promise.all(players.map(how));
      for (const other of others) expect(other).toEqual(first);
      expect(first?.status).toBeLessThan(500);
      seen.set(`${first?.body.object} ${first?.status}`, 1 + (seen.get(`${first?.body.object} ${first?.status}`) ?? 0));
      return first?.body ?? {};
    };
    for (const [each, restart] of [...beginning, ...operations]) {
      for (const player of players) player.tick();
      if (restart) for (const player of [restarted, ...players.slice(3)]) await player.restart();
      const ask = askFor(each, known);
      const told = await everywhere(async (player) => player.ask(ask));
      learn(known, told);
      if (told.object !== "thread.run") continue;
      const path = `/threads/${told.thread_id}`;
      learn(known, await everywhere((player) => settled(player, { method: "GET", path: `${path}/runs/${told.id}` })));
      await everywhere((player) => player.ask({ method: "GET", path: `${path}/messages` }));
      await everywhere((player) => player.ask({ method: "GET", path: `${path}/runs/${told.id}/steps` }));
    }
    await Promise.all(players.map((player) => player.close()));
  };
  try {
    await fc.assert(fc.asyncProperty(round, play), { numRuns: times(12) });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(seen.get("thread.run 200")).toBeGreaterThan(0);
  expect(seen.get("response 200")).toBeGreaterThan(0);
});

/** Without an assistant and a thread most operations would be refused; and no round is without a run and a response. */
const beginning = (["create assistant", "create thread", "create thread", "run", "respond"] as const).map(
  (what): [Operation, boolean] => [{ what, at: 0, other: 0, text: "hello" }, false],
);

const step = fc.record({ what: fc.constantFrom("read", "read", "add", "remove"), at: fc.nat(1_000) });

test("who reads all pages reads what was there all the time exactly once, in order, whatever comes and goes", async () => {
  const { client } = await startServer();
  const read = fc.record({
    order: fc.constantFrom("asc" as const, "desc" as const),
    limit: fc.integer({ min: 1, max: 4 }),
    steps: fc.array(step, { maxLength: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(read, async ({ order, limit, steps }) => {
      const threadId = await createThread(client, ...Array.from({ length: 8 }, (_, index) => `${index}`));
      const { messages } = client.beta.threads;
      const there = (await messages.list(threadId, { order: "asc" })).data.map(({ id }) => id);
      const created = [...there];
      const stayed = new Set(there);
      const pages: string[] = [];
      const readPage = async (): Promise<boolean> => {
        const after = pages.at(-1);
        const page = await messages.list(threadId, { order, limit, ...(after !== undefined && { after }) });
        pages.push(...page.data.map(({ id }) => id));
        return page.has_more;
      };
      let more = true;
      for (const { what, at } of steps) {
        const victim = there[at % Math.max(1, there.length)];
        if (what === "read" && more) more = await readPage();
        if (what === "add") {
          const { id } = await messages.create(threadId, { role: "user", content: "new" });
          there.push(id);
          created.push(id);
        }
        if (what === "remove" && victim !== undefined) {
          await messages.delete(victim, { thread_id: threadId });
          there.splice(there.indexOf(victim), 1);
          stayed.delete(victim);
        }
      }
      while (more) more = await readPage();
      const places = pages.map((id) => created.indexOf(id));
      expect(places).toEqual(places.toSorted((one, other) => (order === "asc" ? one - other : other - one)));
      expect(new Set(pages).size).toBe(pages.length);
      expect(pages.filter((id) => stayed.has(id))).toHaveLength(stayed.size);
    }),
    { numRuns: times(15) },
  );
});
