import { expect, test } from "vitest";
import { ProblemError } from "../../src/problem.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import { isSameField } from "../../src/resources/fields.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import type { StoreMember, VectorStoreSpec } from "../../src/resources/vector-store/spec.ts";
import type { Live } from "../../src/resources/resource.ts";
import type { Work } from "../../src/targets/target.ts";
import { type Fault, newFile, startKnowledge } from "./knowledge.ts";

const marker = { owner: "desk/prod/vector_store.handbook", spec: "2 files=abc", rev: "" };

/** The registry of a target, and texts by their paths to sync there. */
async function openRegistry() {
  const side = await startKnowledge();
  const { registry } = side;
  const contents = new Map<string, ReturnType<typeof newFile>>();
  const made: string[] = [];
  const work: Work = {
    contentOf: (sha256) => contents.get(sha256)!.open(),
    onProgress: () => {},
    onMade: async (id) => void made.push(id),
    isOwn: () => false,
    lifetime: null,
    replaces: null,
  };
  return {
    side,
    registry,
    made,
    work,
    members: (texts: Record<string, string>): Promise<StoreMember[]> =>
      Promise.all(
        Object.entries(texts).map(async ([path, text]) => {
          const file = newFile(path.replace(/.*\//, ""), text);
          const { sha256, filename, bytes } = file;
          contents.set(sha256, file);
          const { id } = await registry.create(fileKind, { filename, bytes, sha256 }, null, work);
          return { file: id, path, sha256 };
        }),
      ),
    stores: () => Array.fromAsync(registry.list(vectorStoreKind)),
  };
}

function handbook(members: readonly StoreMember[], more: Partial<VectorStoreSpec> = {}): VectorStoreSpec {
  const files = { kind: "members", members } as const;
  return { name: "Handbook", files, chunking: null, expires_after: null, metadata: { team: "hr" }, ...more };
}

const isLike = (live: Live<VectorStoreSpec> | null, spec: VectorStoreSpec) =>
  Object.keys(spec).filter((field) => live === null || !isSameField(vectorStoreKind, field, live.spec, spec));

test("a store is what was declared, when it is made, read and listed; the lock can know it before it is filled", async () => {
  const { registry, members, work, stores, side } = await openRegistry();
  const own = await members({ "files/a.md": "alpha", "files/b.md": "beta" });
  const spec = handbook(own, {
    chunking: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 },
    expires_after: { days: 3 },
  });
  side.requests.length = 0;
  const onMade = async () => expect(side.requests).toEqual(["POST /vector_stores"]);
  const created = await registry.create(vectorStoreKind, spec, marker, { ...work, onMade });
  expect(isLike(created, spec)).toEqual([]);
  expect(created.marker).toEqual(marker);
  side.requests.length = 0;
  expect(isLike((await stores())[0]!, spec)).toEqual([]);
  expect(side.requests).toEqual(["GET /vector_stores"]);
  const [file] = await side.all(`/vector_stores/${created.id}/files`);
  expect(file).toMatchObject({ chunking_strategy: { static: spec.chunking } });
});

test("an empty store needs one request", async () => {
  const { registry, work, side } = await openRegistry();
  const spec = handbook([]);
  const created = await registry.create(vectorStoreKind, spec, marker, work);
  expect(isLike(created, spec)).toEqual([]);
  expect(side.requests).toEqual(["POST /vector_stores"]);
});

test("an update changes what it names, keeps metadata of others, and says pending until it is done", async () => {
  const { registry, members, work, side } = await openRegistry();
  const own = await members({ "files/a.md": "alpha" });
  const { id } = await registry.create(vectorStoreKind, handbook(own), marker, work);
  const wire = (await side.ask("GET", `/vector_stores/${id}`)) as { metadata: object };
  await side.ask("POST", `/vector_stores/${id}`, { metadata: { ...wire.metadata, theirs: "x" } });
  const live = await registry.get(vectorStoreKind, id);
  const renamed = await registry.update(vectorStoreKind, live!, { name: "New" }, { ...marker, spec: "3" }, work);
  expect(renamed.spec).toMatchObject({ name: "New", metadata: { team: "hr", theirs: "x" } });
  expect(isLike(renamed, { ...handbook(own), name: "New", metadata: renamed.spec.metadata })).toEqual([]);
  const both = [...own, ...(await members({ "files/b.md": "beta" }))];
  const states: unknown[] = [];
  side.failing("POST /vector_stores/*/file_batches", async () => {
    states.push((await registry.get(vectorStoreKind, id))?.spec.files);
    return null;
  });
  const files = { kind: "members", members: both } as const;
  const filled = await registry.update(vectorStoreKind, renamed, { files }, marker, work);
  expect(states).toEqual([{ kind: "pending" }]);
  expect(isLike(filled, { ...handbook(both), name: "New", metadata: renamed.spec.metadata })).toEqual([]);
});

test("a store that lost files of ours says which it has; one that got others is as it was", async () => {
  const { registry, members, work, side } = await openRegistry();
  const own = await members({ "files/a.md": "alpha", "files/b.md": "beta" });
  const { id } = await registry.create(vectorStoreKind, handbook(own), marker, work);
  const [foreign] = await members({ "theirs.md": "theirs" });
  await side.ask("POST", `/vector_stores/${id}/file_batches`, { file_ids: [foreign?.file] });
  const read = () => registry.get(vectorStoreKind, id);
  await expect.poll(async () => (await read())?.wire.usage_bytes, { interval: 1 }).toBeGreaterThan(9);
  expect((await read())?.spec.files).toMatchObject({ kind: "complete", count: 2 });
  await side.ask("DELETE", `/vector_stores/${id}/files/${own[0]?.file}`);
  expect((await read())?.spec.files).toEqual({ kind: "members", members: [own[1]] });
});

test("a store in place of another takes along what is not ours", async () => {
  const { registry, members, work, side } = await openRegistry();
  const own = await members({ "files/a.md": "alpha" });
  const old = await registry.create(vectorStoreKind, handbook(own), marker, work);
  const [foreign] = await members({ "theirs.md": "theirs" });
  const attributes = { year: 2026, secret: false };
  await side.ask("POST", `/vector_stores/${old.id}/files`, { file_id: foreign?.file, attributes });
  await expect
    .poll(async () => (await registry.get(vectorStoreKind, old.id))?.wire.status, { interval: 1 })
    .toBe("completed");
  const replacing = { ...work, replaces: await registry.get(vectorStoreKind, old.id) };
  const spec = handbook(own, { chunking: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 } });
  const created = await registry.create(vectorStoreKind, spec, marker, replacing);
  expect(isLike(created, spec)).toEqual([]);
  const there = await side.all(`/vector_stores/${created.id}/files`);
  expect(there.find(({ id }) => id === foreign?.file)).toMatchObject({ attributes });
});

test("an expired store says so, and its files are not read", async () => {
  const { registry, members, work, side, stores } = await openRegistry();
  await registry.create(vectorStoreKind, handbook(await members({ "files/a.md": "alpha" })), marker, work);
  side.failing("GET /vector_stores", async (request) => {
    const list = (await (await side.app.fetch(request)).json()) as { data: object[] };
    const counts = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
    return Response.json({
      ...list,
      data: list.data.map((each) => Object.assign(each, { status: "expired", file_counts: counts })),
    });
  });
  side.requests.length = 0;
  expect(await stores()).toMatchObject([{ isExpired: true }]);
  expect(side.requests).toEqual(["GET /vector_stores"]);
});

test("a store that Playbill never filled is unknown, and tells nothing of files", async () => {
  const { registry, members, side, stores } = await openRegistry();
  const [a] = await members({ "a.md": "alpha" });
  await side.ask("POST", "/vector_stores", { name: "Old", file_ids: [a?.file] });
  const [live] = await stores();
  expect(live?.spec).toMatchObject({ files: { kind: "unknown", count: 1 }, chunking: null });
  expect(await Array.fromAsync(registry.traces(vectorStoreKind, live!))).toEqual([]);
});

test("the files of a store tell whose they are and what is in them", async () => {
  const { registry, members, work } = await openRegistry();
  const own = await members({ "files/a.md": "alpha" });
  const live = await registry.create(vectorStoreKind, handbook(own), marker, work);
  const { file: id, sha256 } = own[0]!;
  expect(await Array.fromAsync(registry.traces(vectorStoreKind, live))).toEqual([
    { kind: "file", id, address: "file.files/a.md", hidden: { sha256 } },
  ]);
});

test("a file that is named by its id is put in and taken out, and never told to be ours", async () => {
  const { registry, members, work, side } = await openRegistry();
  const [theirs] = await members({ "theirs.md": "theirs" });
  const named = { file: theirs!.file, path: null, sha256: null };
  const live = await registry.create(vectorStoreKind, handbook([named]), marker, work);
  expect(isLike(live, handbook([named]))).toEqual([]);
  expect(await Array.fromAsync(registry.traces(vectorStoreKind, live))).toEqual([]);
  await registry.update(vectorStoreKind, live, { files: { kind: "members", members: [] } }, marker, work);
  expect(await side.all(`/vector_stores/${live.id}/files`)).toEqual([]);
});

/** Cuts the connection at the request of that number, before it arrives or after it was carried out, and for good. */
async function cutOff(number: number, when: "before" | "after") {
  const opened = await openRegistry();
  const { side, registry, members, work, made } = opened;
  const own = await members({ "files/a.md": "alpha", "files/b.md": "beta" });
  const spec = handbook(own);
  made.length = 0;
  side.cutAt(number, when);
  const work1 = registry.create(vectorStoreKind, spec, marker, work);
  const isDone = await work1.then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(ProblemError);
      return false;
    },
  );
  side.connect();
  return { ...opened, spec, isDone };
}

test.each(["before", "after"] as const)(
  "cut off %s any request, a store is found and filled by the next",
  async (when) => {
    for (let number = 1; ; number += 1) {
      const { registry, spec, isDone, stores, work, side } = await cutOff(number, when);
      const there = await stores();
      expect(there.length).toBeLessThanOrEqual(1);
      const live = there[0] ?? (await registry.create(vectorStoreKind, spec, marker, work));
      const after = isLike(live, spec).includes("files")
        ? await registry.update(vectorStoreKind, live, { files: spec.files }, marker, work)
        : live;
      expect(isLike(after, spec)).toEqual([]);
      expect(await stores()).toHaveLength(1);
      const files = await side.all(`/vector_stores/${after.id}/files`);
      expect(files.map(({ status }) => status)).toEqual(["completed", "completed"]);
      if (isDone) return;
    }
  },
);

test.each<Fault>([429, 500, "cut before", "cut after", "500 after"])(
  "%s at any one request of a sync: the store is filled once all the same",
  async (fault) => {
    for (let number = 1; ; number += 1) {
      const { registry, members, work, stores, side } = await openRegistry();
      const before = await members({ "files/a.md": "alpha", "files/b.md": "beta" });
      const store = await registry.create(vectorStoreKind, handbook(before), marker, work);
      side.requests.length = 0;
      side.failingAt(number, fault);
      const after = [before[1]!, ...(await members({ "files/c.md": "gamma" }))];
      const files = { kind: "members", members: after } as const;
      const updated = await registry.update(vectorStoreKind, store, { files }, marker, work);
      await registry.delete(fileKind, before[0]!.file);
      const wasLast = side.requests.length < number;
      expect(isLike(updated, handbook(after))).toEqual([]);
      expect(await stores()).toHaveLength(1);
      expect(await side.all("/files")).toHaveLength(2);
      const there = await side.all(`/vector_stores/${store.id}/files`);
      expect(new Set(there.map(({ id }) => id))).toEqual(new Set(after.map(({ file }) => file)));
      if (wasLast) return;
    }
  },
);

test("a store that expires meanwhile is refused in words that say what comes next", async () => {
  const { registry, members, work, side } = await openRegistry();
  const own = await members({ "files/a.md": "alpha" });
  const message = "Vector store 'vs_1' has expired.";
  side.failing("POST /vector_stores/*/file_batches", () => Response.json({ error: { message } }, { status: 400 }));
  const error: unknown = await registry
    .create(vectorStoreKind, handbook(own), marker, work)
    .catch((each: unknown) => each);
  expect((error as ProblemError).problems).toMatchObject([
    { code: "request_refused", hint: expect.stringContaining("Run sync again") as string },
  ]);
});

test.each([404, 405, 501])("a server without vector stores is named as one: %i", async (status) => {
  const { registry, side, work, stores } = await openRegistry();
  const refuse = () => Response.json({ error: { message: "Invalid URL" } }, { status });
  side.failing("GET /vector_stores", refuse, 9);
  side.failing("POST /vector_stores", refuse, 9);
  await expect(stores()).rejects.toThrow("no_knowledge_api");
  await expect(registry.create(vectorStoreKind, handbook([]), marker, work)).rejects.toThrow("no_knowledge_api");
});

test.each<[string, Fault, string[]]>([
  ["POST /vector_stores", 429, ["POST /vector_stores", "POST /vector_stores"]],
  ["POST /vector_stores", "cut before", ["POST /vector_stores", "GET /vector_stores", "POST /vector_stores"]],
  ["POST /vector_stores", "cut after", ["POST /vector_stores", "GET /vector_stores"]],
  ["POST /vector_stores", "500 after", ["POST /vector_stores", "GET /vector_stores"]],
])("%s with %s makes one store", async (request, fault, requests) => {
  const { registry, side, work, stores } = await openRegistry();
  side.failing(request, fault);
  await registry.create(vectorStoreKind, handbook([]), marker, work);
  expect(side.requests).toEqual(requests);
  expect(await stores()).toHaveLength(1);
});

test.each<Fault>([429, 500, "cut before", "cut after", "500 after"])(
  "%s at a write of metadata is sent again",
  async (fault) => {
    const { registry, members, side, work } = await openRegistry();
    const spec = handbook(await members({ "files/a.md": "alpha" }));
    side.failing("POST /vector_stores/*", fault);
    expect(isLike(await registry.create(vectorStoreKind, spec, marker, work), spec)).toEqual([]);
  },
);
