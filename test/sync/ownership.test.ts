import { expect, test } from "vitest";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import type { Desired } from "../../src/resources/resource.ts";
import { byAge } from "../../src/sync/doubles.ts";
import { guard } from "../../src/sync/guard.ts";
import { emptyLock } from "../../src/sync/lock/lock.ts";
import { extraObjects, rebuildEntries } from "../../src/sync/lock/state.ts";
import type { History } from "../../src/sync/plan/evidence.ts";
import { hasChanges } from "../../src/sync/plan/plan-format.ts";
import { renderText } from "../../src/sync/render/text.ts";
import { startEmbedded } from "./embedded.ts";
import { actionsOf, assistant, codesOf, openDesk, scope, synced } from "./project.ts";

/** A checkout at this commit, whose history has these others. */
function at(commit: string, ...before: string[]) {
  const known = new Set([commit, ...before]);
  const history: History = ({ rev }) => (rev === "" ? "unknown" : known.has(rev) ? "contained" : "not_contained");
  return { git: { commit, dirty: false }, readHistory: async () => history };
}

test("a sync whose lock was never pushed is continued, when its commit is part of ours", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2 });
  const behind = desk.lock;
  await desk.sync([assistant("a", { temperature: 0.9 })], at("one"));
  desk.lock = behind;
  const desired = [assistant("a", { temperature: 0.4, top_p: 0.5 })];
  const plan = await desk.plan(desired, at("two", "one"));
  expect(plan.resources).toMatchObject([
    { action: "update", reason: "fast_forward", drift: [], changes: [{ field: "temperature", before: 0.9 }, {}] },
  ]);
  expect(guard(plan, { allowDeletes: null })).toEqual([]);
  expect(renderText(plan, { kinds: resourceKinds, full: false, color: false })).toContain(
    "last synced from commit one",
  );
  await desk.sync(desired, at("two", "one"));
  expect((await embedded.registry.get(assistantKind, id))?.spec).toMatchObject({ temperature: 0.4, top_p: 0.5 });
  expect(hasChanges(await desk.plan(desired, at("two", "one")))).toBe(false);
});

test("a field that such a sync declared, and that is no longer declared, is cleared", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2 });
  const behind = desk.lock;
  await desk.sync([assistant("a", { temperature: 0.2, top_p: 0.9, metadata: { team: "x" } })], at("one"));
  desk.lock = behind;
  await desk.sync([assistant("a", { temperature: 0.2 })], at("two", "one"));
  expect((await embedded.registry.get(assistantKind, id))?.spec).toMatchObject({ top_p: 1, metadata: {} });
});

test.each([
  ["a commit that is not in this checkout", at("one"), at("two"), "commit one"],
  ["files that were not committed", { git: { commit: "one", dirty: true } }, at("two", "one"), "uncommitted files"],
])("a sync of %s is not undone, and is named as the cause", async (_, theirs, ours, words) => {
  const { desk } = await synced("a", { temperature: 0.2 });
  const behind = desk.lock;
  await desk.sync([assistant("a", { temperature: 0.9 })], theirs);
  desk.lock = behind;
  for (const temperature of [0.2, 0.4]) {
    const plan = await desk.plan([assistant("a", { temperature })], ours);
    expect(plan.resources).toMatchObject([{ reason: "lock_behind" }]);
    expect(guard(plan, { allowDeletes: null })[0]?.message).toContain(words);
  }
  desk.lock = null;
  expect(codesOf(await desk.plan([assistant("a", { temperature: 0.4 })], ours))).toEqual(["lock_behind"]);
});

test("an edit by hand after such a sync is an edit", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2, top_p: 0.1 });
  const behind = desk.lock;
  await desk.sync([assistant("a", { temperature: 0.9, top_p: 0.1 })], at("one"));
  desk.lock = behind;
  await embedded.edit(id, { top_p: 0.7 });
  const plan = await desk.plan([assistant("a", { temperature: 0.4, top_p: 0.1 })], at("two", "one"));
  expect(plan.resources).toMatchObject([
    { changes: [{ field: "temperature" }], drift: [{ field: "top_p", conflict: false }] },
  ]);
});

test("rebuilding updates entries that a known sync left outdated", async () => {
  const { embedded, desk } = await synced("a", { temperature: 0.2 });
  const behind = desk.lock!;
  const desired = [assistant("a", { temperature: 0.9 })];
  await desk.sync(desired, at("one"));
  const live = await Array.fromAsync(embedded.registry.list(assistantKind));
  const history = await at("two", "one").readHistory();
  const { resources } = rebuildEntries(behind, live, desired, { scope, kinds: resourceKinds, history });
  expect(resources).toEqual(desk.lock!.resources);
});

test("outside a Git checkout, rebuilding continues an interrupted sync", async () => {
  const { embedded, desk } = await synced("a", { temperature: 0.2 });
  const behind = desk.lock!;
  await desk.sync([assistant("a", { temperature: 0.9 })]);
  desk.lock = behind;
  const desired = [assistant("a", { temperature: 0.4 })];
  const plan = await desk.plan(desired);
  expect(guard(plan, { allowDeletes: null })).toMatchObject([
    { code: "lock_behind", hint: expect.stringContaining("state rebuild") as string },
  ]);
  const live = await Array.fromAsync(embedded.registry.list(assistantKind));
  const known = { scope, kinds: resourceKinds, history: () => "unknown" as const };
  desk.lock = { ...behind, resources: rebuildEntries(behind, live, desired, known).resources };
  expect((await desk.plan(desired)).resources).toMatchObject([{ action: "update", reason: "declared", drift: [] }]);
});

test("what is protected stays so without the lock", async () => {
  const { embedded, desk } = await synced("a", {}, { protect: true });
  const live = await Array.fromAsync(embedded.registry.list(assistantKind));
  const known = { scope, kinds: resourceKinds, history: () => "unknown" as const };
  desk.lock = { ...desk.lock!, resources: rebuildEntries(emptyLock(scope), live, [], known).resources };
  expect(codesOf(await desk.plan([], { prune: true }))).toEqual(["protected"]);
});

test("protection that is declared later is written to the marker too", async () => {
  const { desk } = await synced("a");
  const desired = [assistant("a", {}, { protect: true })];
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a mark"]);
  await desk.sync(desired);
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
  desk.lock = {
    ...desk.lock!,
    resources: { "assistant.a": { ...desk.lock!.resources["assistant.a"]!, protect: false } },
  };
  expect(codesOf(await desk.plan([], { prune: true }))).toContain("protected");
});

test("two syncs at the same moment: one of them sees both objects, and so does every plan", async () => {
  const embedded = await startEmbedded();
  const [one, two] = [openDesk(embedded), openDesk(embedded)];
  const desired = [assistant("a")];
  const applied = await Promise.all([one.sync(desired), two.sync(desired)]);
  const live = await Array.fromAsync(embedded.registry.list(assistantKind));
  expect(live).toHaveLength(2);
  expect(applied.flatMap(({ problems }) => problems.map(({ code }) => code))).toContain("marker_twice");
  for (const desk of [one, two]) expect(codesOf(await desk.plan(desired))).toEqual(["marker_twice"]);
  expect(codesOf(await one.plan([...desired, assistant("b")], { selectors: ["assistant.b"] }))).toEqual([]);

  const { extra } = extraObjects(live, desired, { scope, kinds: resourceKinds }, () => true);
  for (const { id } of extra[0]!.remove) await embedded.remove(id);
  for (const desk of [one, two]) {
    await desk.sync(desired);
    expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
  }
  expect(one.lock?.resources).toEqual(two.lock?.resources);
});

test("of several objects the one that the files adopt is kept, else the oldest", async () => {
  const { embedded } = await synced("a");
  const copy = await embedded.create({ model: "m", metadata: { "playbill.owner": "desk/prod/assistant.a" } });
  const live = await Array.fromAsync(embedded.registry.list(assistantKind));
  const kept = (desired: Desired[]) =>
    extraObjects(live, desired, { scope, kinds: resourceKinds }, () => true).extra.map(({ keep }) => keep.id);
  expect(kept([assistant("a")])).toEqual([live.toSorted(byAge)[0]!.id]);
  expect(kept([assistant("a", {}, { adopt: copy })])).toEqual([copy]);
});

test("an edited one is kept, and of two edited ones none is chosen unasked", async () => {
  const embedded = await startEmbedded();
  const desired = [assistant("a", { temperature: 0.2 })];
  const desks = [openDesk(embedded), openDesk(embedded)];
  await Promise.all(desks.map((desk) => desk.sync(desired)));
  const ids = (await Array.fromAsync(embedded.registry.list(assistantKind))).map(({ id }) => id);
  const found = async () =>
    extraObjects(await Array.fromAsync(embedded.registry.list(assistantKind)), desired, known, () => true);
  const known = { scope, kinds: resourceKinds };
  for (const [edited, other] of [ids, ids.toReversed()]) {
    await embedded.edit(edited!, { temperature: 0.9 });
    expect((await found()).extra).toMatchObject([{ keep: { id: edited }, remove: [{ id: other }] }]);
    await embedded.edit(edited!, { temperature: 0.2 });
  }
  for (const id of ids) await embedded.edit(id, { temperature: 0.9 });
  expect(await found()).toMatchObject({ extra: [], problems: [{ code: "marker_twice" }] });
});

test.each([
  [1, 1, true],
  [9, 3, false],
  [9, 4, true],
  [20, 6, false],
  [20, 7, true],
])("of %i objects %i are gone: refused %j, until the number is said", async (all, gone, refused) => {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const desired = Array.from({ length: all }, (_, index) => assistant(`a${index}`));
  const { done } = await desk.sync(desired);
  for (const { id } of done.slice(0, gone)) await embedded.remove(id);
  const plan = await desk.plan(desired);
  expect(codesOf(plan)).toEqual(refused ? ["objects_missing"] : []);
  expect(guard(plan, { allowDeletes: null, allowMissing: gone })).toEqual([]);
  expect(guard(plan, { allowDeletes: null, allowMissing: gone + 1 })).toHaveLength(refused ? 1 : 0);
});

test("an edit by hand of what is to be deleted is shown, and stops the delete", async () => {
  const { embedded, desk, id } = await synced("a", { instructions: "Be kind.", temperature: 0.2 });
  expect(codesOf(await desk.plan([], { prune: true }))).toEqual([]);
  await embedded.edit(id, { instructions: "Be rude.", top_p: 0.1 });
  const plan = await desk.plan([], { prune: true });
  expect(plan.resources).toMatchObject([{ action: "delete", drift: [{ field: "instructions", live: "Be rude." }] }]);
  expect(codesOf(plan)).toEqual(["drift"]);
  expect(codesOf(await desk.plan([]))).toEqual([]);
  expect(renderText(await desk.plan([]), { kinds: resourceKinds, full: false, color: false })).toContain(
    "instructions was edited",
  );
  await desk.sync([], { prune: true, take: { "assistant.a": "theirs" } });
  expect(await embedded.registry.get(assistantKind, id)).not.toBeNull();
  await desk.sync([], { prune: true, take: { "assistant.a": "ours" } });
  expect(await embedded.registry.get(assistantKind, id)).toBeNull();
});

test("the hash of a plan is that of what would be done", async () => {
  const { embedded, desk } = await synced("a", { temperature: 0.2 });
  const desired = [assistant("a", { temperature: 0.3 }), assistant("b")];
  const { plan_hash: hash } = await desk.plan(desired, { selectors: ["assistant.a"] });
  await desk.sync(desired, { selectors: ["assistant.b"] });
  await embedded.create({ model: "m" });
  expect((await desk.plan(desired)).plan_hash).toBe(hash);
  expect((await desk.plan([...desired, assistant("c")])).plan_hash).not.toBe(hash);
  await embedded.edit(desk.lock!.resources["assistant.a"]!.id, { description: "theirs" });
  expect((await desk.plan(desired)).plan_hash).not.toBe(hash);
});

test.each([
  [13, []],
  [14, ["metadata_full"]],
])("an object with %i entries of metadata is adopted, or refused by the plan", async (entries, codes) => {
  const embedded = await startEmbedded();
  const metadata = Object.fromEntries(Array.from({ length: entries }, (_, index) => [`k${index}`, "v"]));
  const adopt = await embedded.create({ model: "gpt-4o-mini", metadata });
  const desired = [assistant("a", {}, { adopt })];
  const desk = openDesk(embedded);
  expect(codesOf(await desk.plan(desired))).toEqual(codes);
  expect((await desk.sync(desired)).failed).toEqual([]);
});

test("a server that does not store metadata is reported at the first sync, and nothing more is created", async () => {
  const embedded = await startEmbedded();
  embedded.losing("metadata");
  const names = Array.from({ length: 12 }, (_, index) => `a${index}`);
  const applied = await openDesk(embedded).sync(names.map((name) => assistant(name)));
  expect(new Set(applied.problems.map(({ code }) => code))).toEqual(new Set(["marker_not_kept"]));
  expect(applied.notStarted.length).toBeGreaterThan(0);
});

test.each([
  [
    "a chain",
    [
      ["a", "b"],
      ["b", "c"],
    ],
  ],
  [
    "a chain, the later move first",
    [
      ["b", "c"],
      ["a", "b"],
    ],
  ],
  [
    "a name that was given back and taken again",
    [
      ["a", "b"],
      ["b", "a"],
      ["a", "c"],
    ],
  ],
])("moves may stay: %s", async (_, moves) => {
  const { desk, id } = await synced("a", { temperature: 0.2 });
  const moved = moves.map(([from, to]) => ({ from: `assistant.${from}`, to: `assistant.${to}` }));
  const desired = [assistant("c", { name: "a", temperature: 0.2 })];
  for (const lock of [desk.lock, null]) {
    desk.lock = lock;
    const plan = await desk.plan(desired, { moved });
    expect(plan.resources).toMatchObject([{ address: "assistant.c", action: "move", moved_from: "assistant.a", id }]);
  }
  await desk.sync(desired, { moved });
  expect(actionsOf(await desk.plan(desired, { moved }))).toEqual(["assistant.c unchanged"]);
});
