import { expect, test } from "vitest";
import { resourceKinds } from "../../src/resources/kinds.ts";
import { listAll, recoverResources } from "../../src/sync/plan/make-plan.ts";
import { hasChanges } from "../../src/sync/plan/plan-format.ts";
import { file, openKnowledgeDesk, searching, store, uploadForeign } from "./knowledge.ts";
import { actionsOf, codesOf, scope } from "./project.ts";

const leave = file("h/leave.md", "Thirty days a year.");
const travel = file("h/travel.md", "Second class.");
const prices = file("data/prices.csv", "a,b");
const handbook = [leave, travel, prices, store("handbook", [leave, travel])];
const support = searching("support", ["handbook"], ["data/prices.csv"]);
const all = [...handbook, support];

test("files, stores and assistants are made in their order, and then nothing differs", async () => {
  const { sync, plan, requests, uploads } = await openKnowledgeDesk();
  const applied = await sync(all);
  expect(applied.problems).toEqual([]);
  expect(applied.done.map(({ action }) => action)).toEqual(all.map(() => "create"));
  expect(await uploads()).toEqual(["leave.md", "prices.csv", "travel.md"]);
  requests.length = 0;
  expect(actionsOf(await plan(all)).every((each) => each.endsWith(" unchanged"))).toBe(true);
  // One list a kind: no store is asked for its files.
  expect(requests.toSorted()).toEqual(["GET /assistants", "GET /files", "GET /vector_stores"]);
});

test.each([
  ["assistant.plain", ["GET /assistants"]],
  ["assistant.coder", ["GET /assistants", "GET /files"]],
  ["file.h/leave.md", ["GET /assistants", "GET /files", "GET /vector_stores"]],
  ["vector_store.lonely", ["GET /vector_stores"]],
])("a plan of %s asks for the kinds that it needs, and counts no others", async (address, lists) => {
  const { sync, plan, requests } = await openKnowledgeDesk();
  const coder = searching("coder", [], ["data/rates.csv"]);
  const desired = [...all, store("lonely", []), searching("plain", []), file("data/rates.csv", "1,2"), coder];
  await sync(desired);
  requests.length = 0;
  const planned = await plan(desired, { selectors: [address] });
  expect(requests.toSorted()).toEqual(lists);
  expect(planned.missing).toBe(0);
  expect(hasChanges(planned)).toBe(false);
  const known = desired.filter(({ kind }) => lists.includes(`GET /${kind}s`)).length;
  expect(planned.managed).toBe(known);
  const gone = desired.filter((each) => each.address !== address);
  expect(actionsOf(await plan(gone, { selectors: [address] }))).toEqual([`${address} delete`]);
});

test("a changed file is replaced: uploaded, put into each store that has it, and the old one deleted", async () => {
  const { sync, plan, uploads, ids } = await openKnowledgeDesk();
  const twice = [...all, store("other", [leave])];
  await sync(twice);
  const before = await ids("/files");
  const changed = file("h/leave.md", "Twenty-eight days a year.");
  const wanted = [changed, travel, prices, store("handbook", [changed, travel]), store("other", [changed]), support];
  expect(actionsOf(await plan(wanted))).toEqual([
    "assistant.support unchanged",
    "file.data/prices.csv unchanged",
    "file.h/leave.md replace",
    "file.h/travel.md unchanged",
    "vector_store.handbook update",
    "vector_store.other update",
  ]);
  const applied = await sync(wanted);
  expect(applied.problems).toEqual([]);
  expect(applied.collected).toHaveLength(1);
  expect(await uploads()).toEqual(["leave.md", "prices.csv", "travel.md"]);
  const old = before.find((id) => id === applied.collected[0]?.id);
  for (const id of await ids("/vector_stores")) expect(await ids(`/vector_stores/${id}/files`)).not.toContain(old);
  expect(hasChanges(await plan(wanted))).toBe(false);
});

test("a file that is gone from the project leaves its store, and is deleted with --prune only", async () => {
  const { sync, plan, uploads } = await openKnowledgeDesk();
  await sync(all);
  const wanted = [leave, prices, store("handbook", [leave]), support];
  await sync(wanted, { prune: false });
  expect(await uploads()).toEqual(["leave.md", "prices.csv", "travel.md"]);
  expect(actionsOf(await plan(wanted))).toContain("file.h/travel.md delete");
  await sync(wanted);
  expect(await uploads()).toEqual(["leave.md", "prices.csv"]);
  expect(hasChanges(await plan(wanted))).toBe(false);
});

test("other chunking replaces the store, and the assistant follows", async () => {
  const { sync, plan, ids, side } = await openKnowledgeDesk();
  await sync(all);
  const [before] = await ids("/vector_stores");
  const chunking = { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 };
  const wanted = [leave, travel, prices, store("handbook", [leave, travel], { chunking }), support];
  expect(actionsOf(await plan(wanted))).toEqual([
    "assistant.support update",
    "file.data/prices.csv unchanged",
    "file.h/leave.md unchanged",
    "file.h/travel.md unchanged",
    "vector_store.handbook replace",
  ]);
  expect((await sync(wanted)).problems).toEqual([]);
  const [after, ...others] = await ids("/vector_stores");
  expect([after === before, others]).toEqual([false, []]);
  expect(JSON.stringify(await side.all("/assistants"))).toContain(after);
  expect(hasChanges(await plan(wanted))).toBe(false);
});

test("an emptied store counts as edited; a deleted file is only uploaded again", async () => {
  const { sync, plan, ids, side } = await openKnowledgeDesk();
  await sync(all);
  const [id] = await ids("/vector_stores");
  const [member] = await ids(`/vector_stores/${id}/files`);
  await side.ask("DELETE", `/vector_stores/${id}/files/${member}`);
  expect(codesOf(await plan(all))).toEqual(["drift"]);
  const take = { "vector_store.handbook": "ours" as const };
  expect((await sync(all, { prune: true, take })).problems).toEqual([]);
  expect(hasChanges(await plan(all))).toBe(false);
  await side.ask("DELETE", `/files/${member}`);
  const planned = await plan(all);
  expect(codesOf(planned)).toEqual([]);
  expect(actionsOf(planned).filter((each) => !each.endsWith("unchanged"))).toHaveLength(2);
  expect((await sync(all)).problems).toEqual([]);
  expect(hasChanges(await plan(all))).toBe(false);
});

test("a code interpreter whose file or store was deleted gets another one, and does not count as edited", async () => {
  const { sync, plan, ids, side, desk } = await openKnowledgeDesk();
  await sync(all);
  await side.ask("DELETE", `/files/${desk.lock!.resources["file.data/prices.csv"]!.id}`);
  expect(codesOf(await plan(all))).toEqual([]);
  expect((await sync(all)).problems).toEqual([]);
  const [id] = await ids("/vector_stores");
  await side.ask("DELETE", `/vector_stores/${id}`);
  expect(codesOf(await plan(all))).toEqual([]);
  expect((await sync(all)).problems).toEqual([]);
  expect(hasChanges(await plan(all))).toBe(false);
});

test("files of others in a store stay, and are not a difference", async () => {
  const { sync, plan, ids, side, registry } = await openKnowledgeDesk();
  await sync(all);
  const [id] = await ids("/vector_stores");
  const foreign = await uploadForeign(side, "foreign.md");
  await side.ask("POST", `/vector_stores/${id}/files`, { file_id: foreign });
  expect(hasChanges(await plan(all))).toBe(false);
  const more = file("h/more.md", "More.");
  const wanted = [leave, travel, more, prices, store("handbook", [leave, travel, more]), support];
  expect((await sync(wanted)).problems).toEqual([]);
  expect(await ids(`/vector_stores/${id}/files`)).toContain(foreign);
  const chunking = { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 };
  const replaced = [leave, prices, store("handbook", [leave], { chunking }), support];
  expect((await sync(replaced)).problems).toEqual([]);
  const [now] = await ids("/vector_stores");
  expect(await ids(`/vector_stores/${now}/files`)).toContain(foreign);
  expect(await ids("/files")).toContain(foreign);
  expect(hasChanges(await plan(replaced))).toBe(false);
  expect(registry.account()).toBeNull();
});

test("a lost lock is rebuilt from the markers and from the file attributes of stores", async () => {
  const { sync, plan, desk, uploads } = await openKnowledgeDesk();
  await sync(handbook);
  const { resources } = desk.lock!;
  desk.lock = null;
  const planned = await plan(handbook);
  expect(actionsOf(planned).filter((each) => !each.endsWith("unchanged"))).toEqual(["file.data/prices.csv create"]);
  await sync([leave, travel, store("handbook", [leave, travel])]);
  const { "file.data/prices.csv": _unknown, ...rest } = resources;
  expect((desk.lock as { resources: unknown } | null)?.resources).toEqual(rest);
  expect(await uploads()).toEqual(["leave.md", "prices.csv", "travel.md"]);
});

test("a lock that only lost its files is completed from the attributes in its stores", async () => {
  const { sync, desk, registry } = await openKnowledgeDesk();
  await sync([leave, travel, store("handbook", [leave, travel])]);
  const { resources } = desk.lock!;
  const left = { "vector_store.handbook": resources["vector_store.handbook"]! };
  const live = await listAll(registry, resourceKinds);
  const known = { registry, scope, kinds: resourceKinds, live, journal: [] };
  expect(await recoverResources(left, known)).toEqual(left);
  expect(await recoverResources(left, { ...known, asksAll: true })).toEqual(resources);
});

test(
  "a sync of knowledge that is killed at any write, then run again, makes nothing twice and leaves nothing over",
  { timeout: 60_000 },
  async () => {
    const chunking = { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 };
    const changed = file("h/leave.md", "Twenty-eight days a year.");
    const twin = file("other/leave.md", "Thirty-one days a yea");
    const before = [...handbook, store("other", [leave]), support];
    const after = [
      changed,
      twin,
      prices,
      store("handbook", [changed, twin]),
      store("other", [changed], { chunking }),
      support,
    ];
    const killedAt = async (point: number): Promise<boolean> => {
      const { sync, killed, plan, side, uploads, ids } = await openKnowledgeDesk();
      await sync(before);
      const foreign = await uploadForeign(side, "leave.md");
      const isKilled = await killed(after, point);
      const again = await sync(after);
      expect(again.problems, `killed at ${point}`).toEqual([]);
      const last = await plan(after);
      expect(last.resources.map(({ action }) => action)).toEqual(after.map(() => "unchanged"));
      expect(hasChanges(last), `killed at ${point}`).toBe(false);
      expect(await uploads(), `killed at ${point}`).toEqual(["leave.md", "leave.md", "leave.md", "prices.csv"]);
      expect(await ids("/files")).toContain(foreign);
      expect(await ids("/vector_stores")).toHaveLength(2);
      return isKilled;
    };
    let point = 1;
    while (await killedAt(point)) point += 1;
    expect(point).toBeGreaterThan(30);
  },
);
