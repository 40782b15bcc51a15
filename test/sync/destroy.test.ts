import { expect, test } from "vitest";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { guard } from "../../src/sync/guard.ts";
import { startEmbedded } from "./embedded.ts";
import { book, pretendKinds, shelf } from "./pretend-kind/kind.ts";
import { createMemoryRegistry } from "./pretend-kind/registry.ts";
import { actionsOf, assistant, codesOf, openDesk } from "./project.ts";

const destroying = { mode: { kind: "destroy" }, prune: true } as const;

/** Two objects of ours, and two that are not. */
async function openOffice(...more: Parameters<typeof assistant>[]) {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const declared = [assistant("a", { temperature: 0.2 }), assistant("b"), ...more.map((each) => assistant(...each))];
  await desk.sync(declared);
  await embedded.create({ model: "m", name: "theirs" });
  await embedded.create({ model: "m", metadata: { "playbill.owner": "other/prod/assistant.a" } });
  const left = async () => (await Array.fromAsync(embedded.registry.list(assistantKind))).map(({ spec }) => spec.name);
  const idOf = (address: string) => desk.lock!.resources[address]!.id;
  return { embedded, desk, declared, left, idOf };
}

test("everything that is managed is deleted after a snapshot, whatever the files declare, and nothing else", async () => {
  const { desk, declared, left, idOf } = await openOffice();
  const ids = [idOf("assistant.a"), idOf("assistant.b")];
  const plan = await desk.plan(declared, destroying);
  expect(actionsOf(plan)).toEqual(["assistant.a delete", "assistant.b delete"]);
  expect(await desk.sync(declared, destroying)).toMatchObject({ failed: [], problems: [] });
  expect([desk.lock?.resources, await left()]).toEqual([{}, ["theirs", null]]);
  expect(desk.snapshots.toSorted()).toEqual(ids.toSorted());
  expect((await desk.plan(declared, destroying)).resources).toEqual([]);
});

test("a lost lock hides nothing", async () => {
  const { desk, left } = await openOffice();
  desk.lock = null;
  expect(actionsOf(await desk.plan([], destroying))).toEqual(["assistant.a delete", "assistant.b delete"]);
  await desk.sync([], destroying);
  expect(await left()).toEqual(["theirs", null]);
});

test("an object that is not in the lock is deleted too", async () => {
  const { desk, left } = await openOffice();
  const { "assistant.a": _, ...resources } = desk.lock!.resources;
  desk.lock = { ...desk.lock!, resources };
  await desk.sync([], destroying);
  expect(await left()).toEqual(["theirs", null]);
});

test("the guards hold", async () => {
  const { embedded, desk, declared, idOf } = await openOffice(["c", {}, { protect: true }], ["d"]);
  await embedded.edit(idOf("assistant.a"), { temperature: 0.9 });
  await embedded.edit(idOf("assistant.b"), { metadata: {} });
  await embedded.create({ model: "m", metadata: { "playbill.owner": "desk/prod/assistant.d" } });
  const codes = (more: object = {}) =>
    desk.plan(declared, { ...destroying, ...more }).then((plan) => codesOf(plan, 4).toSorted());
  expect(await codes()).toEqual(["drift", "marker_twice", "not_ours", "protected"]);
  expect(await codes({ take: { "assistant.a": "ours" } })).toEqual(["marker_twice", "not_ours", "protected"]);
});

test("what a file protects is protected before it is synced", async () => {
  const { desk } = await openOffice();
  expect(codesOf(await desk.plan([assistant("a", { temperature: 0.2 }, { protect: true })], destroying), 2)).toEqual([
    "protected",
  ]);
});

test("the exact number is needed, unless a person is asked", async () => {
  const { desk } = await openOffice();
  const plan = await desk.plan([], destroying);
  const codes = (allowDeletes: number | null, isAsked: boolean) =>
    guard(plan, { allowDeletes, isAsked }).map(({ code }) => code);
  expect([codes(null, true), codes(2, true), codes(2, false)].flat()).toEqual([]);
  const wrong = [codes(1, true), codes(3, false), codes(null, false)];
  expect(wrong.map((each) => each.join(" "))).toEqual(["many_deletes", "many_deletes", "many_deletes"]);
});

test("an edit that is left stays, and is not counted", async () => {
  const { embedded, desk, left, idOf } = await openOffice();
  await embedded.edit(idOf("assistant.a"), { temperature: 0.9 });
  const take = { "assistant.a": "theirs" } as const;
  expect(codesOf(await desk.plan([], { ...destroying, take }), 1)).toEqual([]);
  await desk.sync([], { ...destroying, take });
  expect(await left()).toEqual(["a", "theirs", null]);
});

test("what refers to others is deleted before they are", async () => {
  const registry = createMemoryRegistry();
  const desk = openDesk({ registry });
  const options = { ...destroying, kinds: pretendKinds };
  const declared = [book("novel", ["shelf.a"]), shelf("a", "red"), book("atlas", ["shelf.a"])];
  await desk.sync(declared, { kinds: pretendKinds });
  registry.writes.length = 0;
  await desk.sync(declared, options);
  expect(registry.writes).toEqual(["delete book.atlas", "delete book.novel", "delete shelf.a"]);
});

test("what others still refer to stays when they could not be deleted", async () => {
  const registry = createMemoryRegistry();
  const desk = openDesk({ registry });
  const declared = [book("novel", ["shelf.a"]), shelf("a", "red")];
  await desk.sync(declared, { kinds: pretendKinds });
  registry.refusing.add("book.novel");
  expect(await desk.sync(declared, { ...destroying, kinds: pretendKinds })).toMatchObject({
    failed: ["book.novel"],
    skipped: ["shelf.a"],
  });
  expect([...registry.objects.values()].map(({ kind }) => kind)).toContain("shelf");
});

test.each([1, 2, 3, 4, 5, 6])("cut off at its request %i, it is finished by running it again", async (number) => {
  for (const when of ["before", "after"] as const) {
    const { embedded, desk, declared, left } = await openOffice();
    embedded.cutAt(number, when);
    await desk.sync(declared, destroying).catch(() => null);
    embedded.connect();
    await desk.sync(declared, destroying);
    expect([desk.lock?.resources, await left()]).toEqual([{}, ["theirs", null]]);
  }
});
