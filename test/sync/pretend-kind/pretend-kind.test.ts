import { expect, test } from "vitest";
import { hasChanges } from "../../../src/sync/plan/plan-format.ts";
import { renderText } from "../../../src/sync/render/text.ts";
import { actionsOf, openDesk } from "../project.ts";
import { book, pretendKinds, shelf } from "./kind.ts";
import { createMemoryRegistry } from "./registry.ts";

// Kinds that nothing in src/ knows: a table of fields each, and a registry. All of sync works on them.

function openShop() {
  const registry = createMemoryRegistry();
  const desk = openDesk({ registry });
  const kinds = { kinds: pretendKinds, prune: true };
  return {
    registry,
    desk,
    plan: (desired: Parameters<typeof desk.plan>[0]) => desk.plan(desired, kinds),
    sync: (desired: Parameters<typeof desk.sync>[0]) => desk.sync(desired, kinds),
  };
}
const both = [book("novel", ["shelf.a"], { by: "ann" }), shelf("a", "red")];

test("what others refer to is made first, and its id is sent", async () => {
  const { registry, plan, sync } = openShop();
  expect(actionsOf(await plan(both))).toEqual(["book.novel create", "shelf.a create"]);
  expect((await sync(both)).problems).toEqual([]);
  expect(registry.writes).toEqual(["create shelf.a", "create book.novel"]);
  expect(registry.objects.get("book_2")?.spec).toMatchObject({ shelves: ["shelf_1"] });
  expect(hasChanges(await plan(both))).toBe(false);
});

test("a change, an edit at the target and a removed key are told apart", async () => {
  const { registry, plan, sync } = openShop();
  await sync(both);
  const live = [...registry.objects.values()].find(({ kind }) => kind === "shelf");
  registry.objects.set(live!.id, { ...live!, spec: { ...live!.spec, color: "blue" } });
  const changed = await plan([book("novel", ["shelf.a"]), shelf("a", "red")]);
  expect(renderText(changed, { kinds: pretendKinds, full: false, color: false })).toBe(
    [
      '~ book.novel\n    - notes.by: "ann"',
      '! shelf.a\n    ! color was edited at prod: there "blue", here "red"',
      "Plan: 1 to update. 1 was edited at prod.\n",
    ].join("\n\n"),
  );
});

test("what depends on something that failed is skipped, and nothing else", async () => {
  const { registry, sync } = openShop();
  registry.refusing.add("shelf.a");
  const applied = await sync([...both, shelf("b", "green"), book("atlas", ["shelf.b"])]);
  expect(applied).toMatchObject({ failed: ["shelf.a"], skipped: ["book.novel"] });
  expect(applied.done.map(({ address }) => address)).toEqual(["book.atlas", "shelf.b"]);
  registry.refusing.clear();
  expect((await sync([...both, shelf("b", "green"), book("atlas", ["shelf.b"])])).failed).toEqual([]);
});

test("what refers to others is deleted, or changed, before they are", async () => {
  const { registry, desk, sync } = openShop();
  await sync([...both, shelf("b", "green"), book("atlas", ["shelf.a"])]);
  registry.writes.length = 0;
  await sync([book("novel", ["shelf.b"], { by: "ann" }), shelf("b", "green")]);
  expect(registry.writes.toSorted()).toEqual(["delete book.atlas", "delete shelf.a", "update book.novel"]);
  expect(registry.writes.at(-1)).toBe("delete shelf.a");
  expect(Object.keys(desk.lock!.resources).toSorted()).toEqual(["book.novel", "shelf.b"]);
});

test("a lost lock is made again from the markers", async () => {
  const { desk, plan, sync } = openShop();
  await sync(both);
  const { resources } = desk.lock!;
  desk.lock = null;
  expect(actionsOf(await plan(both))).toEqual(["book.novel unchanged", "shelf.a unchanged"]);
  await sync(both);
  expect((desk.lock as { resources: unknown } | null)?.resources).toEqual(resources);
});
