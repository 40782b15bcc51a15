import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Model } from "../../src/server/models/model.ts";
import { openServer } from "../../src/server/server.ts";
import type { FileReader } from "../../src/server/search/reader/reader.ts";
import type { LogEntry } from "../../src/server/services.ts";
import { manualClock } from "./manual-clock.ts";

/** Answers nothing, and goes on when no client waits any more. */
function deafModel() {
  const asked = Promise.withResolvers<void>();
  const model: Model = {
    list: async () => [],
    async *respond() {
      asked.resolve();
      await new Promise(() => {});
      yield { kind: "text", delta: "never" };
    },
  };
  return { model, asked: asked.promise };
}

test("a server ends although its model and a part of it do not, and says so", async () => {
  const clock = manualClock();
  const log: LogEntry[] = [];
  const { model, asked } = deafModel();
  const reader: FileReader = { read: () => new Promise(() => {}), close: () => new Promise(() => {}) };
  const server = await openServer({ database: ":memory:", model, reader, clock, log: (entry) => void log.push(entry) });
  const post = async (path: string, body: object) => {
    const headers = { "openai-beta": "assistants=v2", "content-type": "application/json" };
    const answer = await server.fetch(`http://x/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return (await answer.json()) as { id: string };
  };
  const { id } = await post("/assistants", { model: "m" });
  await post("/threads/runs", { assistant_id: id, thread: { messages: [{ role: "user", content: "Hi" }] } });
  await asked;
  const closing = new AbortController();
  const closed = server.close().then(() => closing.abort());
  while (!closing.signal.aborted) {
    clock.advance(1_000);
    await setImmediate();
  }
  await closed;
  expect(log.filter(({ kind }) => kind === "fault")).toMatchObject([{ error: { name: "TimedOut" } }]);
});
