import { expect, test } from "vitest";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import type { Embedded } from "./embedded.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import { renderText } from "../../src/sync/render/text.ts";
import { actionsOf, assistant, codesOf, synced } from "./project.ts";
import { summaryLine } from "../../src/sync/render/groups.ts";

const wireOf = async ({ registry }: Embedded, id: string) => (await registry.get(assistantKind, id))!.wire;
const removed = ["assistant.a"];
const withoutMarker = (metadata: Record<string, string>) =>
  Object.fromEntries(Object.entries(metadata).filter(([key]) => !key.startsWith("playbill.")));

test("the object of a removed address is released unchanged, with or without --prune", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2, metadata: { team: "desk" } });
  const before = await wireOf(embedded, id);
  const plan = await desk.plan([], { removed, prune: true });
  expect(plan.resources).toMatchObject([{ address: "assistant.a", action: "detach", reason: "removed", id }]);
  expect([codesOf(plan), summaryLine(plan)]).toEqual([[], "Plan: 1 to detach."]);

  expect(await desk.sync([], { removed, prune: true })).toMatchObject({
    done: [{ action: "detach", id }],
    problems: [],
  });
  expect(desk.lock?.resources).toEqual({});
  expect(desk.snapshots).toContain(id);
  expect(await wireOf(embedded, id)).toEqual({ ...before, metadata: withoutMarker(before.metadata as never) });
});

test("the line may stay", async () => {
  const { desk } = await synced("a");
  await desk.sync([], { removed });
  const plan = await desk.plan([], { removed, prune: true });
  expect(plan.resources).toEqual([]);
  expect(plan.unmanaged).toHaveLength(1);
});

test("a removed object is found by its marker when the lock does not have it", async () => {
  const { desk, id } = await synced("a");
  desk.lock = null;
  expect((await desk.plan([], { removed })).resources).toMatchObject([{ action: "detach", id }]);
});

test("an edit at the target stays, and is not drift", async () => {
  const { embedded, desk, id } = await synced("a", { temperature: 0.2 });
  await embedded.edit(id, { temperature: 0.9 });
  expect(codesOf(await desk.plan([], { removed }))).toEqual([]);
  await desk.sync([], { removed });
  expect(await wireOf(embedded, id)).toMatchObject({ temperature: 0.9, metadata: {} });
});

test("of an object that is not marked as ours, or is gone, only the lock's entry goes", async () => {
  const { embedded, desk, id } = await synced("a");
  const metadata = { "playbill.owner": "other/prod/assistant.a" };
  await embedded.edit(id, { metadata });
  const plan = await desk.plan([], { removed });
  expect(plan.resources).toMatchObject([{ action: "forget", reason: "removed" }]);
  expect(summaryLine(plan)).toBe("Plan: 1 to forget.");
  await embedded.registry.delete(assistantKind, id);
  expect((await desk.plan([], { removed })).resources).toMatchObject([{ action: "forget", reason: "gone" }]);
  await desk.sync([], { removed });
  expect(desk.lock?.resources).toEqual({});
});

test("what is declared is not removed", async () => {
  const { desk } = await synced("a");
  expect(actionsOf(await desk.plan([assistant("a")], { removed }))).toEqual(["assistant.a unchanged"]);
});

test("duplicates are reported first", async () => {
  const { embedded, desk } = await synced("a");
  await embedded.create({ model: "m", metadata: { "playbill.owner": "desk/prod/assistant.a" } });
  expect(codesOf(await desk.plan([], { removed }))).toEqual(["marker_twice"]);
});

test("what stays at the target is not shown as something that goes", async () => {
  const { embedded, desk, id } = await synced("a");
  const shown = async () =>
    renderText(await desk.plan([], { removed }), { kinds: resourceKinds, full: false, color: false });
  expect(await shown()).toMatch(/^~ assistant\.a {2}\(removed in playbill\.yaml; asst_\w+ stays at prod\)/);
  await embedded.edit(id, { metadata: {} });
  expect(await shown()).toMatch(/^~ assistant\.a {2}\(removed in playbill\.yaml/);
});
