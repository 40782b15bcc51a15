import { expect, test } from "vitest";
import { moveEntry } from "../../src/sync/lock/state.ts";
import { hasChanges } from "../../src/sync/plan/plan-format.ts";
import { file, openKnowledgeDesk, searching, store, uploadForeign } from "./knowledge.ts";
import { actionsOf, codesOf } from "./project.ts";

// The rules that hold for assistants, for files and vector stores.

const leave = file("h/leave.md", "Thirty days a year.");
const travel = file("h/travel.md", "Second class.");
const handbook = store("handbook", [leave, travel]);
const all = [leave, travel, handbook, searching("support", ["handbook"])];
const fine = { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 };

test("a store of others is refused by its name, adopted by its id, and keeps its files", async () => {
  const { sync, plan, ids, side } = await openKnowledgeDesk();
  const foreign = await uploadForeign(side, "foreign.md");
  const { id } = (await side.ask("POST", "/vector_stores", { name: "handbook", file_ids: [foreign] })) as {
    id: string;
  };
  expect(codesOf(await plan(all))).toEqual(["name_taken"]);
  const adopted = [leave, travel, store("handbook", [leave, travel], { chunking: fine }, { adopt: id }), all[3]!];
  expect(actionsOf(await plan(adopted))).toContain("vector_store.handbook adopt");
  expect((await sync(adopted)).problems).toEqual([]);
  expect(await ids("/vector_stores")).toEqual([id]);
  expect(await ids(`/vector_stores/${id}/files`)).toHaveLength(3);
  expect(hasChanges(await plan(adopted))).toBe(false);
});

test("what is protected is neither deleted nor replaced, unless it has expired", async () => {
  const { sync, plan } = await openKnowledgeDesk();
  const safe = { protect: true };
  await sync([leave, travel, store("handbook", [leave, travel], {}, safe)]);
  expect(codesOf(await plan([leave, travel, store("handbook", [leave, travel], { chunking: fine })]))).toEqual([
    "protected",
  ]);
  expect(codesOf(await plan([leave, travel]))).toEqual(["protected"]);
});

test("an ignored field belongs to the target, and is copied to the replacement store", async () => {
  const { sync, plan, side, ids } = await openKnowledgeDesk();
  const ignore = { ignore: ["name"], declared: ["files"] };
  await sync([leave, store("handbook", [leave], {}, ignore)]);
  const [before] = await ids("/vector_stores");
  await side.ask("POST", `/vector_stores/${before}`, { name: "Their name" });
  expect(hasChanges(await plan([leave, store("handbook", [leave], {}, ignore)]))).toBe(false);
  const other = { ...ignore, declared: ["files", "chunking"] };
  expect((await sync([leave, store("handbook", [leave], { chunking: fine }, other)])).problems).toEqual([]);
  const [after] = await side.all("/vector_stores");
  expect([after?.id === before, after?.name]).toEqual([false, "Their name"]);
});

test("an edited name is drift, decided as anywhere", async () => {
  const { sync, plan, side, ids } = await openKnowledgeDesk();
  await sync(all);
  const [id] = await ids("/vector_stores");
  await side.ask("POST", `/vector_stores/${id}`, { name: "Edited" });
  expect(codesOf(await plan(all))).toEqual(["drift"]);
  expect((await sync(all, { take: { "vector_store.handbook": "theirs" } })).done).toEqual([]);
  await sync(all, { take: { "vector_store.handbook": "ours" } });
  expect(await side.all("/vector_stores")).toMatchObject([{ id, name: "handbook" }]);
  expect(hasChanges(await plan(all))).toBe(false);
});

test("what moves in the project keeps its object, when playbill.yaml declares it", async () => {
  const { sync, plan, ids } = await openKnowledgeDesk();
  await sync(all);
  const [uploads, stores] = [await ids("/files"), await ids("/vector_stores")];
  const moved = file("manual/leave.md", "Thirty days a year.");
  const wanted = [moved, travel, { ...store("handbook", [moved, travel]), address: "vector_store.manual" }];
  const moves = {
    prune: true,
    moved: [
      { from: "file.h/leave.md", to: "file.manual/leave.md" },
      { from: "vector_store.handbook", to: "vector_store.manual" },
    ],
  };
  const more = [...wanted, searching("support", ["manual"])];
  expect((await sync(more, moves)).problems).toEqual([]);
  expect([await ids("/files"), await ids("/vector_stores")]).toEqual([uploads, stores]);
  expect(hasChanges(await plan(more, moves))).toBe(false);
});

test("a store that is renamed unsaid is refused, and files are simply others", async () => {
  const { sync, plan } = await openKnowledgeDesk();
  await sync(all);
  const renamed = { ...handbook, address: "vector_store.manual" };
  expect(codesOf(await plan([leave, travel, renamed, searching("support", ["manual"])]))).toEqual([
    "rename_without_moved",
  ]);
  const elsewhere = file("manual/leave.md", "Thirty days a year.");
  expect(codesOf(await plan([elsewhere, travel, store("handbook", [elsewhere, travel]), all[3]!]))).toEqual([]);
});

test("objects that are named by id are not managed, and have to be there", async () => {
  const { sync, plan, side, ids } = await openKnowledgeDesk();
  const foreign = await uploadForeign(side, "foreign.md");
  const place = { file: "assistants/vector_stores/handbook.yaml", line: 1, column: 1, length: 1, text: "" };
  const members = [{ file: foreign, path: null, sha256: null }];
  const named = store(
    "handbook",
    [],
    { files: { kind: "members", members } },
    { named: [{ kind: "file", id: foreign, place }] },
  );
  expect((await sync([named])).problems).toEqual([]);
  expect(hasChanges(await plan([named]))).toBe(false);
  await sync([store("handbook", [])]);
  expect(await ids("/files")).toEqual([foreign]);
  const missing = { ...named, named: [{ kind: "file", id: "file-nowhere", place }] };
  await expect(plan([missing])).rejects.toMatchObject({ problems: [{ code: "unknown_id", place }] });
});

test("many files may go, but not most of the stores or assistants beside them", async () => {
  const { sync, plan } = await openKnowledgeDesk();
  const files = Array.from({ length: 12 }, (_, index) => file(`many/${index}.md`, `Text ${index}`));
  const stores = ["a", "b", "c", "d", "e"].map((name) => store(name, files));
  await sync([...files, ...stores]);
  expect(codesOf(await plan([...files, stores[0]!]))).toEqual(["many_deletes"]);
  expect(codesOf(await plan([...files, stores[0]!]), 4)).toEqual([]);
  const cut = ["a", "b", "c", "d"].map((name) => store(name, files, { chunking: fine }));
  expect(codesOf(await plan([...files, ...cut, stores[4]!]))).toEqual(["many_deletes"]);
  const others = files.map(({ address }, index) => file(address.slice(5), `Other ${index}`));
  expect(codesOf(await plan([...others, ...["a", "b", "c", "d", "e"].map((name) => store(name, others))]))).toEqual([]);
});

test("a file that cannot be indexed fails its store and what needs that, and is tried again", async () => {
  const { sync, plan, ids } = await openKnowledgeDesk();
  const scan = file("h/scan.pdf", "Not a PDF.");
  const wanted = [leave, scan, store("handbook", [leave, scan]), searching("support", ["handbook"])];
  const applied = await sync(wanted);
  expect(applied.problems).toMatchObject([{ code: "not_indexed", kind: "failed" }]);
  expect(applied).toMatchObject({ failed: ["vector_store.handbook"], skipped: ["assistant.support"] });
  expect(actionsOf(await plan(wanted))).toContain("vector_store.handbook update");
  expect(codesOf(await plan(wanted))).toEqual([]);
  expect((await sync(all)).problems).toEqual([]);
  expect(await ids("/vector_stores")).toHaveLength(1);
  expect(hasChanges(await plan(all))).toBe(false);
});

test("an object keeps its kind under another address", async () => {
  const { sync, desk } = await openKnowledgeDesk();
  await sync([leave]);
  expect(() => moveEntry(desk.lock!, "file.h/leave.md", "vector_store.leave", "prod")).toThrow(
    "not an address of the same kind",
  );
  expect(Object.keys(moveEntry(desk.lock!, "file.h/leave.md", "file.leave.md", "prod"))).toEqual(["file.leave.md"]);
});
