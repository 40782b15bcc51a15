import { expect, test } from "vitest";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import { handbook, isLike, marker, openRegistry } from "./handbook.ts";

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
