import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../src/problem.ts";
import * as kinds from "../../../src/server/domain/kinds.ts";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import type { Kind, Store } from "../../../src/server/store/store.ts";
import { describeOnPostgres, storesOfOneDatabase } from "../postgres.ts";
import { type Files, assistant, file, list, message, move, now, openStore } from "./exports.ts";

/** Everything that is stored, in the order of lists. */
async function contentsOf(store: Store): Promise<unknown> {
  const { files, vectorStores, vectorStoreFiles, assistants, threads, messages } = kinds;
  const all = await Promise.all(
    ([files, vectorStores, assistants, threads, messages] as Kind<unknown>[]).map((kind) => store.all(kind)),
  );
  const members = (await store.all(vectorStoreFiles)).map(({ file }) => file);
  const ids = (await store.blobs.ids()).toSorted((a, b) => a.localeCompare(b));
  const blobs = await Promise.all(
    ids.map(async (id) => [id, Buffer.concat(await Array.fromAsync(store.blobs.parts(id))).toString()]),
  );
  return { all, members, blobs };
}

const problemsOf = async (work: Promise<unknown>): Promise<string[]> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw error ?? new Error("nothing was refused");
  return error.problems.map(
    ({ code, message, place }) => `${code} ${message}${place ? ` ${place.file}:${place.line}` : ""}`,
  );
};

const whole: Files = {
  "assistants.json": list([assistant("asst_2", 20), assistant("asst_1", 10)]),
  "files.json": list([file("file-bbb", "b.txt", 20), file("file-aaa", "a.txt", 4)]),
  "a.txt": "text",
  "raw/file-bbb.txt": "twenty bytes of text",
  "vector_stores.json": [{ id: "vs_1", object: "vector_store", created_at: 6, file_counts: { total: 2 } }],
  "members.jsonl": ["file-bbb", "file-aaa"]
    .map((id) => JSON.stringify({ id, object: "vector_store.file", created_at: 7, vector_store_id: "vs_1" }))
    .join("\n"),
  "threads/thread_1.json": { id: "thread_1", object: "thread", created_at: 30, metadata: { user: "7" } },
  "threads/thread_1/messages.json": list([
    message("msg_3", "thread_1", "user", 33),
    message("msg_2", "thread_1", "assistant", 31),
    message("msg_1", "thread_1", "user", 31),
  ]),
};

test("wherever it is killed, doing it again brings it to the same end", async () => {
  const straight = await openStore();
  let steps = 0;
  await move(straight, whole, { onProgress: ({ kind }) => void (steps += kind === "storing" ? 1 : 0) });
  const expected = await contentsOf(straight);
  expect(steps).toBeGreaterThan(10);
  for (let last = 1; last < steps; last += 1) {
    const store = await openStore();
    let step = 0;
    const killed = move(store, whole, {
      onProgress({ kind }) {
        if (kind === "storing" && ++step === last) throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    await move(store, whole);
    expect(await contentsOf(store)).toEqual(expected);
  }
});

test("of two that move the same in at once, none spoils what the other stores", async () => {
  const straight = await openStore();
  await move(straight, whole);
  const store = await openStore();
  const ends = await Promise.allSettled([move(store, whole), move(store, whole), move(store, whole)]);
  expect(ends.some(({ status }) => status === "fulfilled")).toBe(true);
  await move(store, whole);
  expect(await contentsOf(store)).toEqual(await contentsOf(straight));
});

test("a dry run says what would be done, and stores nothing", async () => {
  const store = await openStore();
  const report = await move(store, whole, { isDry: true });
  expect(report.counts.map(({ kind, stored }) => `${stored} ${kind}`)).toEqual([
    "2 file",
    "1 vector_store",
    "2 vector_store.file",
    "2 assistant",
    "1 thread",
    "3 thread.message",
  ]);
  expect(await contentsOf(store)).toEqual(await contentsOf(await openStore()));
});

test("messages keep their order, whichever way, in however many pages and files they were listed", async () => {
  const conversation = fc.array(fc.record({ role: fc.constantFrom("user", "assistant"), wait: fc.nat({ max: 1 }) }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(conversation, fc.boolean(), fc.integer({ min: 1, max: 4 }), async (turns, isBackwards, size) => {
      let at = 100;
      // A conversation that is told in one second begins with the user.
      const all = turns.map(({ role, wait }, index) =>
        message(`msg_${index}`, "thread_1", index === 0 ? "user" : role, (at += wait)),
      );
      const isTold = at > 100 + (turns[0]?.wait ?? 0) || all.at(-1)?.role === "assistant";
      fc.pre(isTold);
      const listed = isBackwards ? all.toReversed() : all;
      const pages = Array.from({ length: Math.ceil(all.length / size) }, (_, page) => [
        `page-${page}.json`,
        list(listed.slice(page * size, (page + 1) * size)),
      ]);
      const store = await openSqliteStore(":memory:");
      await move(store, Object.fromEntries(pages) as Files);
      const kept = (await store.all(kinds.messages)).map(({ id }) => id);
      await store.close();
      expect(kept).toEqual(all.map(({ id }) => id));
    }),
    { numRuns: 40 },
  );
});

describe("an export that is not right changes nothing", () => {
  const asst = assistant("asst_1");
  test.each<[string, Files, string[]]>([
    ["no object at all", { "notes.txt": "hello" }, ["bad_export the folder has no object of an Assistants API"]],
    [
      "broken JSON",
      { "a.json": '[\n{"id": "asst_1",\n "model": }]' },
      ["bad_json not JSON: Unexpected token '}' a.json:3"],
    ],
    [
      "a file that was cut off",
      { "a.json": `[${JSON.stringify(asst)},` },
      ["bad_json not JSON: the file ends too early a.json:1"],
    ],
    [
      "one id for two",
      { "a.json": [asst], "b.json": [{ ...asst, model: "other" }] },
      ["repeated_id asst_1 is in the export twice, with different contents b.json:1"],
    ],
    [
      "objects of another API",
      { "a.json": [asst, { id: "chatcmpl-1", object: "chat.completion" }] },
      ['bad_export this is a "chat.completion" a.json:1'],
    ],
    [
      "an answer that was an error",
      { "a.json": { error: { message: "No such assistant", type: "invalid_request_error" } } },
      ["bad_export this is an error that the API answered: No such assistant a.json:1"],
    ],
    [
      "fields of other types",
      { "a.json": [{ ...asst, created_at: "soon", model: 4 }] },
      [
        'bad_export this is not a valid assistant of an Assistants API: its "created_at" is not a time, its "model" is not a string a.json:1',
      ],
    ],
    [
      "a message of nowhere",
      { "a.json": [{ ...message("msg_1", "", "user", 1), thread_id: undefined }] },
      ['bad_export this is not a valid thread.message of an Assistants API: it has no "thread_id" a.json:1'],
    ],
    [
      "a file without its bytes",
      { "files.json": [file("file-aaa", "a.txt", 4)], "b.txt": "text" },
      ['missing_bytes the export does not contain the bytes of file-aaa ("a.txt", 4 B)'],
    ],
    [
      "a file that was cut off when it was fetched",
      { "files.json": [file("file-aaa", "a.txt", 4)], "file-aaa.txt": "te" },
      ['wrong_bytes "file-aaa.txt" has 2 bytes, but file-aaa ("a.txt") has 4'],
    ],
    [
      "two files that could both be it",
      { "files.json": [file("file-aaa", "a.txt", 4)], "x/a.txt": "text", "y/a.txt": "next" },
      ['wrong_bytes "x/a.txt" and "y/a.txt" could both be the content of file-aaa'],
    ],
  ])("%s", async (_, files, expected) => {
    const store = await openStore();
    expect(await problemsOf(move(store, { ...files }))).toEqual(expected);
    expect(await contentsOf(store)).toEqual(await contentsOf(await openStore()));
  });

  test.each<[string, Files]>([
    ["an assistant", { ...whole, "assistants.json": [{ ...assistant("asst_1"), model: "other" }] }],
    ["the bytes of a file", { ...whole, "a.txt": "next" }],
    [
      "a vector store",
      { ...whole, "vector_stores.json": [{ id: "vs_1", object: "vector_store", created_at: 6, name: "x" }] },
    ],
    ["a message", { ...whole, "more.json": [message("msg_0", "thread_1", "user", 30)] }],
  ])("%s under an id that stands for something else already", async (_, files) => {
    const store = await openStore();
    await move(store, whole);
    const before = await contentsOf(store);
    const problems = await problemsOf(move(store, files));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^id_taken /);
    expect(await contentsOf(store)).toEqual(before);
  });
});

test("what cannot be kept is counted and named", async () => {
  const store = await openStore();
  const files: Files = {
    "all.json": [
      {
        ...assistant("asst_1"),
        tools: [{ type: "bing_grounding" }],
        file_ids: ["file-aaa"],
        tool_resources: {
          code_interpreter: { file_ids: ["file-gone", "file-lost", "file-old"] },
          file_search: { vector_store_ids: ["vs_gone"] },
        },
      },
      { id: "run_1", object: "thread.run", thread_id: "thread_1" },
      { id: "step_1", object: "thread.run.step" },
      file("file-old", "old.txt", 3, { expires_at: 9 }),
      file("file-lost", "lost.txt", 3),
      { id: "vs_1", object: "vector_store", created_at: 6, file_counts: { total: 3 } },
      { id: "vs_2", object: "vector_store", created_at: 6, file_counts: { total: 1 } },
      ...["file-lost", "file-old", "file-else"].map((id) => ({
        id,
        object: "vector_store.file",
        vector_store_id: "vs_1",
      })),
    ],
    "README.txt": "notes",
  };
  const { leftOut, notes, counts } = await move(store, files, { allowMissing: 1 });
  expect(leftOut.map(({ what, count, ids }) => [what, count, ids])).toEqual([
    ["assistant: file_ids", 1, ["asst_1"]],
    ["thread.run", 1, ["run_1"]],
    ["thread.run.step", 1, ["step_1"]],
    ["file that has expired", 1, ["file-old"]],
    ["file without its bytes", 1, ["file-lost"]],
    ["contents of a vector store whose files are not listed", 1, ["vs_2"]],
    ["vector_store.file whose file is missing", 1, ["file-else"]],
    ["file that is named but missing", 1, ["file-gone"]],
    ["vector store that is named but missing", 1, ["vs_gone"]],
    ["file that belongs to no exported object", 1, ["README.txt"]],
  ]);
  expect(notes.map(({ what }) => what)).toEqual([
    "tool of type bing_grounding, which this server does not offer to models",
  ]);
  expect(counts.find(({ kind }) => kind === "assistant")).toMatchObject({ stored: 1 });
  expect(await store.get(kinds.assistants, "asst_1")).toMatchObject({ tools: [{ type: "bing_grounding" }] });
});

test("a vector store that would have ended since it was exported gets its time again", async () => {
  const store = await openStore();
  const stored = {
    object: "vector_store",
    created_at: 6,
    last_active_at: 6,
    expires_after: { anchor: "last_active_at", days: 7 },
  };
  const files = {
    "v.json": [
      { ...stored, id: "vs_1", status: "completed" },
      { ...stored, id: "vs_2", status: "expired" },
    ],
  };
  await move(store, files);
  expect(await store.get(kinds.vectorStores, "vs_1")).toMatchObject({ last_active_at: now });
  expect(await store.get(kinds.vectorStores, "vs_2")).toMatchObject({ last_active_at: 6 });
});

describeOnPostgres("on PostgreSQL", () => {
  const openOnPostgres = storesOfOneDatabase();

  test("an export becomes the same as in a file, in pieces or at once", async () => {
    const inFile = await openStore();
    await move(inFile, whole);
    const store = await openOnPostgres();
    let step = 0;
    const killed = move(store, whole, {
      onProgress({ kind }) {
        if (kind === "storing" && ++step === 8) throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    await move(store, whole);
    expect(await contentsOf(store)).toEqual(await contentsOf(inFile));
    const { counts } = await move(store, whole);
    expect(counts.map(({ stored }) => stored)).toEqual(counts.map(() => 0));
  });
});
