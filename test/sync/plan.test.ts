import { expect, test } from "vitest";
import { guard } from "../../src/sync/guard.ts";
import { changesOf } from "../../src/sync/plan/plan-format.ts";
import { startEmbedded } from "./embedded.ts";
import { actionsOf, assistant, codesOf, idsOf, openDesk, synced } from "./project.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";

test("an undeclared field belongs to the target", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2, metadata: { team: "x" } });
  await embedded.edit(id, { description: "theirs", top_p: 0.5 });
  const desired = [assistant("a", { temperature: 0.3, metadata: { team: "y" } })];
  expect((await desk.plan(desired)).resources[0]).toMatchObject({
    action: "update",
    drift: [],
    changes: [
      { field: "temperature", before: 0.2, after: 0.3 },
      { field: "metadata.team", before: "x", after: "y" },
    ],
  });
  await desk.sync(desired);
  expect((await embedded.registry.get(assistantKind, id))?.spec).toMatchObject({ description: "theirs", top_p: 0.5 });
});

test("metadata of others stays, a key removed from the files goes", async () => {
  const { embedded, desk, id } = await synced("a", { metadata: { team: "x", tier: "1" } });
  const live = await embedded.registry.get(assistantKind, id);
  const marker = { "playbill.owner": live!.marker!.owner, "playbill.spec": live!.marker!.spec, "playbill.rev": "" };
  await embedded.edit(id, { metadata: { ...live!.spec.metadata, ...marker, theirs: "z" } });
  await desk.sync([assistant("a", { metadata: { team: "x" } })]);
  expect((await embedded.registry.get(assistantKind, id))?.spec.metadata).toEqual({ team: "x", theirs: "z" });
});

test("a field removed from the files is cleared once and then left alone", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2 });
  const desired = [assistant("a")];
  expect(changesOf((await desk.plan(desired)).resources[0]!)).toEqual([
    { field: "temperature", before: 0.2, after: null },
  ]);
  await desk.sync(desired);
  await embedded.edit(id, { temperature: 0.9 });
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
});

test("an ignored field is written when the object is made and never again", async () => {
  const { embedded, desk, id } = await synced(
    "a",
    { temperature: 0.2 },
    { declared: ["name"], ignore: ["temperature"] },
  );
  expect((await embedded.registry.get(assistantKind, id))?.spec.temperature).toBe(0.2);
  await embedded.edit(id, { temperature: 0.9 });
  const desired = [assistant("a", { temperature: 0.4 }, { declared: ["name"], ignore: ["temperature"] })];
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
});

test("an edit over there is drift, not a change", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2 });
  await embedded.edit(id, { temperature: 0.9 });
  const plan = await desk.plan([assistant("a", { temperature: 0.2 })]);
  expect(plan.resources[0]).toMatchObject({
    action: "drifted",
    changes: [],
    drift: [{ field: "temperature", declared: 0.2, live: 0.9, conflict: false, take: null }],
  });
  expect(codesOf(plan)).toEqual(["drift"]);
});

test("the same edit on both sides is agreement", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2 });
  await embedded.edit(id, { temperature: 0.9 });
  const desired = [assistant("a", { temperature: 0.9 })];
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
  await desk.sync(desired);
  expect((await desk.plan([assistant("a", { temperature: 0.3 })])).resources[0]).toMatchObject({ drift: [] });
});

test("different edits on both sides are a conflict, until a side is taken", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2, top_p: 0.5 });
  await embedded.edit(id, { temperature: 0.9 });
  const desired = [assistant("a", { temperature: 0.4, top_p: 0.6 })];
  const undecided = await desk.plan(desired);
  expect(undecided.resources[0]).toMatchObject({
    action: "update",
    changes: [{ field: "top_p" }],
    drift: [{ field: "temperature", conflict: true }],
  });
  expect(codesOf(undecided)).toEqual(["conflict"]);

  const theirs = { take: { "assistant.a": "theirs" as const } };
  expect(codesOf(await desk.plan(desired, theirs))).toEqual([]);
  await desk.sync(desired, theirs);
  expect((await embedded.registry.get(assistantKind, id))?.spec).toMatchObject({ temperature: 0.9, top_p: 0.6 });
  expect(codesOf(await desk.plan(desired))).toEqual(["conflict"]);

  await desk.sync(desired, { take: { "assistant.a": "ours" } });
  expect((await embedded.registry.get(assistantKind, id))?.spec.temperature).toBe(0.4);
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
});

test("an undecided sync leaves drifted fields as they are", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2, top_p: 0.5 });
  await embedded.edit(id, { temperature: 0.9 });
  await desk.sync([assistant("a", { temperature: 0.4, top_p: 0.6 })]);
  expect((await embedded.registry.get(assistantKind, id))?.spec).toMatchObject({ temperature: 0.9, top_p: 0.6 });
});

test("a sync from another checkout is distinguished from an edit by hand", async () => {
  const { desk } = await synced("a", { temperature: 0.2 });
  const behind = desk.lock;
  const theirs = [assistant("a", { temperature: 0.9 })];
  await desk.sync(theirs);
  desk.lock = behind;
  const plan = await desk.plan([assistant("a", { temperature: 0.2 })]);
  expect(plan.resources[0]).toMatchObject({ action: "drifted", reason: "lock_behind" });
  expect(guard(plan, { allowDeletes: null })[0]?.hint).toContain("pull the lock");
  expect(actionsOf(await desk.plan(theirs))).toEqual(["assistant.a unchanged"]);
});

test("a side can be taken for many at once, and another side for one of them", async () => {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const desired = [assistant("a", { temperature: 0.2 }), assistant("b", { temperature: 0.2 })];
  const { done } = await desk.sync(desired);
  for (const { id } of done) await embedded.edit(id, { temperature: 0.9 });
  const plan = await desk.plan(desired, { take: { "assistant.*": "ours", "assistant.b": "theirs" } });
  expect(actionsOf(plan)).toEqual(["assistant.a update", "assistant.b drifted"]);
  expect(codesOf(plan)).toEqual([]);
});

test("one that was deleted over there is made again", async () => {
  const { embedded, desk, id } = await synced("a", {}, { protect: true });
  await embedded.remove(id);
  const plan = await desk.plan([assistant("a")]);
  expect(plan.resources[0]).toMatchObject({ action: "create", reason: "gone", protect: true });
  await desk.sync([assistant("a")]);
  expect(idsOf(await desk.plan([assistant("a")]))).not.toEqual([id]);
});

test("without its lock an object is found by its marker", async () => {
  const { desk, id } = await synced("a", { temperature: 0.2 });
  desk.lock = null;
  const plan = await desk.plan([assistant("a", { temperature: 0.3 })]);
  expect(plan.resources[0]).toMatchObject({ action: "update", reason: "found_by_marker", id, drift: [] });
});

test("an edit over there is seen without the lock too", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2 });
  desk.lock = null;
  await embedded.edit(id, { temperature: 0.9 });
  const desired = [assistant("a", { temperature: 0.3 })];
  expect(codesOf(await desk.plan(desired))).toEqual(["conflict"]);
  await desk.sync(desired);
  expect(codesOf(await desk.plan(desired))).toEqual(["drift"]);
});

test("no object is adopted because of its name", async () => {
  const embedded = await startEmbedded();
  const id = await embedded.create({ model: "gpt-4o-mini", name: "a" });
  const plan = await openDesk(embedded).plan([assistant("a")]);
  expect(plan.resources[0]).toMatchObject({ action: "refused", reason: "name_taken", id });
  expect(guard(plan, { allowDeletes: null })[0]).toMatchObject({
    kind: "refused",
    code: "name_taken",
    hint: expect.stringContaining(`adopt: ${id}`) as string,
  });
});

test("adopt manages an object and makes it match the files", async () => {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const id = await embedded.create({ model: "gpt-6", name: "a", description: "theirs" });
  const desired = [assistant("a", {}, { adopt: id })];
  expect((await desk.plan(desired)).resources[0]).toMatchObject({
    action: "adopt",
    changes: [{ field: "model", before: "gpt-6", after: "gpt-4o-mini" }],
  });
  await desk.sync(desired);
  expect((await embedded.registry.get(assistantKind, id))?.marker?.owner).toBe("desk/prod/assistant.a");
  expect(desk.snapshots).toEqual([id]);
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
  expect(actionsOf(await desk.plan([assistant("a")]))).toEqual(["assistant.a unchanged"]);
});

const foreign = (owner: string) => ({ model: "m", name: "a", metadata: { "playbill.owner": owner } });

test.each([
  ["another project's object of the same name is refused", foreign("other/prod/assistant.a"), "refused not_ours"],
  ["another target of this project may have it too", foreign("desk/staging/assistant.a"), "create new"],
  ["what a test made for itself is not seen", foreign("desk/prod/temporary.1"), "create new"],
])("%s", async (_, body, outcome) => {
  const embedded = await startEmbedded();
  await embedded.create(body);
  const { resources, unmanaged } = await openDesk(embedded).plan([assistant("a")]);
  expect(resources.map(({ action, reason }) => `${action} ${reason}`)).toEqual([outcome]);
  expect(unmanaged).toHaveLength(body.metadata["playbill.owner"].includes("temporary") ? 0 : 1);
});

test("only an existing object without an owner can be adopted", async () => {
  const embedded = await startEmbedded();
  const id = await embedded.create(foreign("other/prod/assistant.b"));
  const desk = openDesk(embedded);
  expect(codesOf(await desk.plan([assistant("b", {}, { adopt: "asst_none" })]))).toEqual(["adopt_missing"]);
  expect(codesOf(await desk.plan([assistant("b", {}, { adopt: id })]))).toEqual(["not_ours"]);
  await desk.sync([assistant("b")]);
  expect(codesOf(await desk.plan([assistant("b", {}, { adopt: id })]))).toEqual(["adopt_other"]);
});

test("one object cannot be two addresses", async () => {
  const embedded = await startEmbedded();
  const adopt = await embedded.create({ model: "m" });
  const plan = await openDesk(embedded).plan([assistant("a", {}, { adopt }), assistant("b", {}, { adopt })]);
  expect(codesOf(plan)).toEqual(["adopt_twice", "adopt_twice"]);
});

test("a copy that carries the marker too is not mistaken for the original", async () => {
  const { embedded, desk, id } = await synced("a");
  const copy = await embedded.create(foreign("desk/prod/assistant.a"));
  expect(idsOf(await desk.plan([assistant("a")]))).toEqual([id]);
  desk.lock = null;
  expect(codesOf(await desk.plan([assistant("a")]))).toEqual(["marker_twice"]);
  expect(idsOf(await desk.plan([assistant("a", {}, { adopt: copy })]))).toEqual([copy]);
});

test.each([
  ["wiped", {}, "marker_missing"],
  ["replaced by another project's", { "playbill.owner": "other/prod/assistant.a" }, "not_ours"],
])("an object whose marker was %s is not touched", async (_, metadata, code) => {
  const { embedded, desk, id } = await synced("a");
  await embedded.edit(id, { metadata });
  expect(codesOf(await desk.plan([assistant("a", { temperature: 0 })]))).toEqual([code]);
  expect(codesOf(await desk.plan([], { prune: true }))).toEqual(["not_ours"]);
  expect(codesOf(await desk.plan([]))).toEqual([]);
});
