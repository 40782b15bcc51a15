import { expect, test } from "vitest";
import { startEmbedded } from "./embedded.ts";
import { actionsOf, assistant, codesOf, idsOf, openDesk, synced } from "./project.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";

test("one that is gone from the files is deleted with prune only", async () => {
  const { embedded, desk, id } = await synced("a");
  await desk.sync([]);
  expect(await embedded.registry.get(assistantKind, id)).not.toBeNull();
  await desk.sync([], { prune: true });
  expect(await embedded.registry.get(assistantKind, id)).toBeNull();
  expect(desk.snapshots).toEqual([id]);
  expect(desk.lock?.resources).toEqual({});
});

test("an object that is gone on both sides is forgotten", async () => {
  const { embedded, desk, id } = await synced("a");
  await embedded.remove(id);
  expect(actionsOf(await desk.plan([]))).toEqual(["assistant.a forget"]);
  await desk.sync([]);
  expect(desk.lock?.resources).toEqual({});
});

test("protect outlives its removal from the files", async () => {
  const { desk } = await synced("a", {}, { protect: true });
  await desk.sync([assistant("a")]);
  expect(codesOf(await desk.plan([], { prune: true }))).toEqual(["protected"]);
});

test("a rename needs to be declared", async () => {
  const fields = { instructions: "Answer in metric units.", temperature: 0.2 };
  const { embedded, desk, id } = await synced("a", fields);
  const renamed = [assistant("b", fields)];
  const plan = await desk.plan(renamed);
  expect(codesOf(plan)).toEqual(["rename_without_moved"]);
  expect(codesOf(await desk.plan(renamed, { selectors: ["assistant.b"] }))).toEqual([]);

  const moved = [{ from: "assistant.a", to: "assistant.b" }];
  const said = await desk.plan(renamed, { moved });
  expect(said.resources).toMatchObject([
    { action: "update", id, moved_from: "assistant.a", changes: [{ field: "name" }] },
  ]);
  await desk.sync(renamed, { moved });
  expect(Object.keys(desk.lock?.resources ?? {})).toEqual(["assistant.b"]);
  expect((await embedded.registry.get(assistantKind, id))?.marker?.owner).toBe("desk/prod/assistant.b");
  expect(actionsOf(await desk.plan(renamed, { moved }))).toEqual(["assistant.b unchanged"]);
});

test("a move without another change only writes the marker again, with or without the lock", async () => {
  const { desk } = await synced("a");
  const renamed = [assistant("b", { name: "a" })];
  const moved = [{ from: "assistant.a", to: "assistant.b" }];
  expect(actionsOf(await desk.plan(renamed, { moved }))).toEqual(["assistant.b move"]);
  desk.lock = null;
  expect(actionsOf(await desk.plan(renamed, { moved }))).toEqual(["assistant.b move"]);
});

test("an address whose object the lock gave to another one can be used again", async () => {
  const { desk, id } = await synced("a");
  desk.lock = { ...desk.lock!, resources: { "assistant.b": desk.lock!.resources["assistant.a"]! } };
  const desired = [assistant("a"), assistant("b", { name: "a" })];
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a create", "assistant.b move"]);
  await desk.sync(desired);
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged", "assistant.b unchanged"]);
  expect(idsOf(await desk.plan(desired))[1]).toBe(id);
});

test("many deletes need their number", async () => {
  const desk = openDesk(await startEmbedded());
  await desk.sync(["a", "b", "c", "d", "e"].map((name) => assistant(name)));
  const three = await desk.plan([assistant("a"), assistant("b")], { prune: true });
  expect(codesOf(three)).toEqual([]);
  const four = await desk.plan([assistant("a")], { prune: true });
  expect(codesOf(four)).toEqual(["many_deletes"]);
  expect(codesOf(four, 3)).toEqual(["many_deletes"]);
  expect(codesOf(four, 4)).toEqual([]);
});

test("selectors narrow a plan, and one that selects nothing is wrong", async () => {
  const desk = openDesk(await startEmbedded());
  const desired = ["weather", "web", "sales"].map((name) => assistant(name));
  expect(actionsOf(await desk.plan(desired, { selectors: ["assistant.we*"] }))).toEqual([
    "assistant.weather create",
    "assistant.web create",
  ]);
  await expect(desk.plan(desired, { selectors: ["assistant.x?"] })).rejects.toMatchObject({
    problems: [{ code: "unknown_address", kind: "input" }],
  });
});

test.each(["project", "origin"] as const)("a lock of another %s is refused", async (part) => {
  const { desk } = await synced("a");
  desk.lock = { ...desk.lock!, [part]: "another" };
  await expect(desk.plan([])).rejects.toMatchObject({ problems: [{ code: `lock_other_${part}`, kind: "refused" }] });
});
