import { expect, test } from "vitest";
import type { Plan } from "../../src/sync/plan/plan-format.ts";
import { parsePlan, serializePlan, verifyPlan, verifyPlanHash } from "../../src/sync/plan/saved-plan.ts";
import { startEmbedded } from "./embedded.ts";
import { assistant, openDesk } from "./project.ts";

async function planned() {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const { done } = await desk.sync([assistant("a", { temperature: 0.2 })]);
  const desired = [assistant("a", { temperature: 0.3 }), assistant("b")];
  return { embedded, desk, desired, id: done[0]!.id, saved: await desk.plan(desired) };
}
const messages = (saved: Plan, fresh: Plan) =>
  verifyPlan(saved, fresh).map(({ code, message }) => `${code} ${message}`);

test("a saved plan is read back unchanged, and stays valid while nothing changes", async () => {
  const { desk, desired, saved } = await planned();
  expect(parsePlan(serializePlan(saved), "plan.json")).toEqual({ plan: saved });
  const elsewhere = await desk.plan(desired, { git: { commit: "merge", dirty: true } });
  expect(messages(saved, elsewhere)).toEqual([]);
  expect(verifyPlanHash(saved.plan_hash, elsewhere)).toEqual([]);
});

test.each([
  ["cut", (text: string) => text.slice(0, 100)],
  ["edited", (text: string) => text.replace('"after": 0.3', '"after": 0.4')],
  ["of a newer version", (text: string) => text.replace('"format_version": 3', '"format_version": 99')],
  ["of an earlier version", (text: string) => text.replace('"format_version": 3', '"format_version": 2')],
])("a plan file that was %s is refused", async (_, change) => {
  const { saved } = await planned();
  expect(parsePlan(change(serializePlan(saved)), "plan.json")).toMatchObject({
    problems: [{ code: "malformed_plan" }],
  });
});

test("what moved since is named", async () => {
  const { embedded, desk, desired, saved, id } = await planned();
  await embedded.edit(id, { temperature: 0.9, description: "x" });
  const fresh = await desk.plan(desired);
  expect(messages(saved, fresh)).toEqual([
    "stale_plan the plan is out of date: assistant.a: edited at the target since (description, temperature)",
  ]);
  expect(verifyPlanHash(saved.plan_hash, fresh)).toMatchObject([{ code: "stale_plan", kind: "refused" }]);
});

test("so are the files, the lock and what else the plan rests on", async () => {
  const { desk, desired, saved } = await planned();
  const changed = await desk.plan([desired[0]!, assistant("b", { top_p: 0 })]);
  expect(messages(saved, changed)).toContain(
    "stale_plan the plan is out of date: the files (or the variables) have changed",
  );
  await desk.sync([assistant("a", { temperature: 0.2 }), assistant("b")]);
  expect(messages(saved, await desk.plan(desired))).toEqual([
    "stale_plan the plan is out of date: the lock was at serial 1 and is now at 2",
    expect.stringMatching(/: assistant.b: was not there and is now asst_\w+$/),
  ]);
  expect(messages(saved, { ...saved, origin: "x", plan_hash: "y" })).toEqual([
    "stale_plan the plan is out of date: the origin was http://embedded.test/v1 and is now x",
  ]);
});
