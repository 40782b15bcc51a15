import { describe, expect, test } from "vitest";
import * as kinds from "../../../src/server/domain/kinds.ts";
import { type Files, list, message, move, openStore } from "./exports.ts";

describe("shapes that scripts give exports", () => {
  const messages = [message("msg_1", "thread_9", "user", 1), message("msg_2", "thread_9", "assistant", 2)];
  const without = messages.map(({ thread_id: _thread, object: _object, ...rest }) => rest);
  test.each<[string, Files]>([
    [
      "pages of one call each, one after the other",
      { "all.json": messages.map((each) => JSON.stringify(list([each]), null, 2)).join("\n") },
    ],
    ["a list of pages", { "all.json": messages.map((each) => list([each])) }],
    ["one object a file", Object.fromEntries(messages.map((each) => [`m/${each.id}.json`, each]))],
    [
      "a thread with its messages",
      { "t.json": { id: "thread_9", object: "thread", created_at: 1, messages: without } },
    ],
    [
      "a thread beside its messages",
      { "t.json": { thread: { id: "thread_9", object: "thread" }, messages, runs: [] } },
    ],
    ["an id and a list object", { "t.json": { thread_id: "thread_9", messages: list(without) } }],
    ["messages in a file that is called like their thread", { "threads/thread_9.json": list(without) }],
    [
      "a table of messages",
      {
        "m.jsonl": messages
          .map(({ id, role, created_at: at, thread_id: thread }) =>
            JSON.stringify({ thread_id: thread, message_id: id, role, text: `says ${id}`, created_at: at }),
          )
          .join("\n"),
      },
    ],
    [
      "times that are written out",
      {
        "t.json": {
          id: "thread_9",
          created_at: "1970-01-01T00:00:01.000Z",
          messages: without.map((each) => ({ ...each, created_at: new Date(each.created_at * 1000).toISOString() })),
        },
      },
    ],
    [
      "everything in one",
      {
        "backup.json": {
          exported_at: "2026-08-01",
          assistants: [],
          threads: [{ id: "thread_9", object: "thread", created_at: 1, messages: without }],
        },
      },
    ],
  ])("%s", async (_, files) => {
    const store = await openStore();
    await move(store, files);
    const kept = await store.all(kinds.messages, { parent: "thread_9" });
    expect(kept).toMatchObject(messages.map(({ object: _object, ...rest }) => rest));
    expect(await store.get(kinds.threads, "thread_9")).toMatchObject({ id: "thread_9" });
  });
});
