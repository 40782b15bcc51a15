import { expect, test } from "vitest";
import { emptyLock } from "../../src/sync/lock/lock.ts";
import { byAge } from "../../src/sync/doubles.ts";
import { entryAt, forgetEntry, moveEntry, rebuildEntries, unprotectEntry } from "../../src/sync/lock/state.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import { startEmbedded } from "./embedded.ts";
import { actionsOf, assistant, openDesk, scope } from "./project.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";

const target = { scope, kinds: resourceKinds, history: () => "unknown" as const };

async function synced() {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  await desk.sync([assistant("a", { temperature: 0.2 }, { protect: true }), assistant("b")]);
  const live = await Array.fromAsync(embedded.registry.list(assistantKind));
  return { embedded, desk, live, lock: desk.lock! };
}

test("an entry moves, and its object's marker follows", async () => {
  const { desk, lock } = await synced();
  desk.lock = { ...lock, resources: moveEntry(lock, "assistant.b", "assistant.c", "prod") };
  const desired = [assistant("a", { temperature: 0.2 }), assistant("c", { name: "b" })];
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged", "assistant.c move"]);
});

test("an entry moves nowhere where there is one", async () => {
  const { lock } = await synced();
  expect(() => moveEntry(lock, "assistant.a", "assistant.b", "prod")).toThrow("[address_taken]");
});

test("a forgotten object stays at the target", async () => {
  const { desk, lock } = await synced();
  desk.lock = { ...lock, resources: forgetEntry(lock, "assistant.b") };
  const plan = await desk.plan([assistant("a", { temperature: 0.2 })], { prune: true });
  expect(actionsOf(plan)).toEqual(["assistant.a unchanged"]);
  expect(plan.unmanaged).toHaveLength(1);
});

test("protection is removed", async () => {
  const { lock } = await synced();
  expect(entryAt(lock, "assistant.a").protect).toBe(true);
  expect(unprotectEntry(lock, "assistant.a")["assistant.a"]?.protect).toBe(false);
});

test.each([
  ["show", entryAt],
  ["rm", forgetEntry],
  ["unprotect", unprotectEntry],
  ["mv", (lock: Parameters<typeof entryAt>[0], address: string) => moveEntry(lock, address, "assistant.x", "prod")],
])("%s of what the lock does not have is wrong", async (_, operation) => {
  const { lock } = await synced();
  expect(() => operation(lock, "assistant.no")).toThrow("[unknown_address]");
});

test("a lost lock is made again from the markers", async () => {
  const { embedded, desk, live, lock } = await synced();
  await embedded.create({ model: "m", metadata: { "playbill.owner": "other/prod/assistant.a" } });
  await embedded.create({ model: "m", metadata: { "playbill.owner": "desk/prod/temporary.1" } });
  const desired = [assistant("a", { temperature: 0.2 }, { protect: true }), assistant("b")];
  const all = await Array.fromAsync(embedded.registry.list(assistantKind));
  expect(rebuildEntries(emptyLock(scope), all, desired, target)).toEqual({ resources: lock.resources, problems: [] });
  expect(rebuildEntries(lock, live, desired, target)).toEqual({ resources: lock.resources, problems: [] });

  const { resources } = rebuildEntries(emptyLock(scope), all, [], target);
  desk.lock = { ...lock, resources };
  expect(actionsOf(await desk.plan([], { prune: true }))).toEqual(["assistant.a delete", "assistant.b delete"]);
});

test("of two objects with one marker the older is kept and the other reported", async () => {
  const { embedded } = await synced();
  await embedded.create({ model: "m", metadata: { "playbill.owner": "desk/prod/assistant.a" } });
  const all = await Array.fromAsync(embedded.registry.list(assistantKind));
  const { resources, problems } = rebuildEntries(emptyLock(scope), all, [], target);
  const copies = all.filter(({ marker }) => marker?.owner === "desk/prod/assistant.a");
  expect(resources["assistant.a"]?.id).toBe(copies.toSorted(byAge)[0]?.id);
  expect(problems).toMatchObject([{ code: "marker_twice", severity: "warning" }]);
});
