import { expect, test } from "vitest";
import { hasChanges } from "../../../src/sync/plan/plan-format.ts";
import { renderText } from "../../../src/sync/render/text.ts";
import { actionsOf, openDesk } from "../project.ts";
import { book, label, pretendKinds, shelf } from "./kind.ts";
import { createMemoryRegistry } from "./registry.ts";

// Kinds that nothing in src/ knows: a table of fields each, and a registry. All of sync works on them.

function openShop() {
  const registry = createMemoryRegistry();
  const desk = openDesk({ registry, onWrite: () => registry.onWrite() });
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

test("a change, an edit at the target and a removed key are distinguished", async () => {
  const { registry, plan, sync } = openShop();
  await sync(both);
  const live = [...registry.objects.values()].find(({ kind }) => kind === "shelf");
  registry.objects.set(live!.id, { ...live!, spec: { ...live!.spec, color: "blue" } });
  const changed = await plan([book("novel", ["shelf.a"]), shelf("a", "red")]);
  expect(renderText(changed, { kinds: pretendKinds, full: false, color: false })).toBe(
    [
      '~ book.novel\n    - notes.by: "ann"',
      '! shelf.a\n    ! color was edited at prod: live "blue", declared "red"',
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

const labels = [label("a", "one"), label("b", "two")];
const labelled = [...labels, shelf("a", "red", "oak"), book("novel", ["shelf.a"], {}, labels)];

test("what cannot be changed is replaced: made again, referred to, and deleted last", async () => {
  const { registry, desk, plan, sync } = openShop();
  await sync(labelled);
  registry.writes.length = 0;
  const others = [label("a", "another"), label("b", "two")];
  const wanted = [...others, shelf("a", "red", "elm"), book("novel", ["shelf.a"], {}, others)];
  expect(actionsOf(await plan(wanted))).toEqual([
    "book.novel update",
    "label.a replace",
    "label.b unchanged",
    "shelf.a replace",
  ]);
  const applied = await sync(wanted);
  expect(applied.problems).toEqual([]);
  expect(applied.collected).toEqual([
    { address: "label.a", id: "label_1" },
    { address: "shelf.a", id: "shelf_3" },
  ]);
  expect(registry.writes.slice(0, 2).toSorted()).toEqual(["create label", "create shelf.a"]);
  expect(registry.writes.slice(2)).toEqual(["update book.novel", "delete shelf.a", "delete label_1"]);
  expect(hasChanges(await plan(wanted))).toBe(false);
  expect(JSON.stringify(desk.lock)).not.toContain("deposed");
});

test("what was replaced is deleted by a later sync when the first could not, and by no other", async () => {
  const { registry, plan, sync } = openShop();
  await sync(labelled);
  const wanted = [...labels, shelf("a", "red", "elm"), book("novel", ["shelf.a"], {}, labels)];
  registry.refusing.add("book.novel");
  expect(await sync(wanted)).toMatchObject({ failed: ["book.novel"], collected: [] });
  registry.refusing.clear();
  expect(actionsOf(await plan(wanted))).toContain("book.novel update");
  expect(await sync(wanted)).toMatchObject({ failed: [], collected: [{ address: "shelf.a", id: "shelf_3" }] });
  expect([...registry.objects.values()].filter(({ kind }) => kind === "shelf")).toHaveLength(1);
});

test("objects without markers are found again by references in others", async () => {
  const { registry, desk, plan, sync } = openShop();
  await sync(labelled);
  const { resources } = desk.lock!;
  desk.lock = null;
  expect((await plan(labelled)).resources.every(({ action }) => action === "unchanged")).toBe(true);
  await sync(labelled);
  expect((desk.lock as { resources: unknown } | null)?.resources).toEqual(resources);
  expect(registry.objects.size).toBe(4);
});

test("a sync that is killed at any write, then run again, makes nothing twice and leaves nothing over", async () => {
  const before = [...labelled, label("old", "three"), shelf("old", "blue")];
  const others = [label("a", "another"), label("c", "four"), label("d", "five")];
  const after = [
    ...others,
    shelf("a", "green", "elm"),
    shelf("b", "red", "elm"),
    book("novel", ["shelf.a"], {}, others),
  ];
  const killedAt = async (point: number): Promise<boolean> => {
    const { registry, plan, sync } = openShop();
    await sync(before);
    const foreign = { ...[...registry.objects.values()][0]!, id: "label_foreign", createdAt: 0 };
    registry.objects.set(foreign.id, foreign);
    let left = point;
    registry.onWrite = () => {
      left -= 1;
      if (left <= 0) throw new Error("killed");
    };
    const isKilled = await sync(after).then(
      () => false,
      (error: Error) => error.message === "killed" || Promise.reject(error),
    );
    // What was under way side by side ends before anybody looks.
    await new Promise(setImmediate);
    registry.onWrite = () => {};
    const again = await sync(after);
    expect(again.problems, `killed at ${point}`).toEqual([]);
    const last = await plan(after);
    expect(last.resources.map(({ action }) => action)).toEqual(after.map(() => "unchanged"));
    expect(hasChanges(last)).toBe(false);
    expect(registry.objects.get("label_foreign")).toEqual(foreign);
    expect(registry.objects.size, `killed at ${point}`).toBe(after.length + 1);
    return isKilled;
  };
  let point = 1;
  while (await killedAt(point)) point += 1;
  expect(point).toBeGreaterThan(40);
});
