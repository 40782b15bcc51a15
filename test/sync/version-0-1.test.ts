import { expect, test } from "vitest";
import { hashOf, shortHashOf } from "../../src/kit/hash.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import type { FunctionToolSpec } from "../../src/resources/assistant/spec.ts";
import { guard } from "../../src/sync/guard.ts";
import { type Lock, parseLock } from "../../src/sync/lock/lock.ts";
import { startEmbedded } from "./embedded.ts";
import { actionsOf, assistant, openDesk, scope } from "./project.ts";

// What version 0.1 wrote: a lock of format 1, and a marker with one hash of everything. Its canonical form kept the order of `required`.

const tool: FunctionToolSpec = {
  kind: "function",
  name: "look_up",
  description: null,
  parameters: { type: "object", properties: { b: {}, a: {} }, required: ["b", "a"] },
  strict: false,
};
const desired = (temperature: number, tools = [tool]) => assistant("a", { temperature, tools });
const canonical01 = { name: "a", model: "gpt-4o-mini", temperature: 0.2, tools: [tool] };

async function syncedBy01() {
  const embedded = await startEmbedded();
  const marker = { owner: "desk/prod/assistant.a", spec: hashOf(canonical01), rev: "" };
  const { id } = await embedded.registry.create(assistantKind, desired(0.2).spec, marker);
  const applied = Object.fromEntries(Object.entries(canonical01).map(([field, value]) => [field, shortHashOf(value)]));
  const lock: Lock = {
    format: 1,
    project: scope.project,
    origin: scope.origin,
    lineage: "l",
    serial: 3,
    resources: { "assistant.a": { kind: "assistant", id, applied, observed: {}, protect: false } },
  };
  const parsed = parseLock(JSON.stringify(lock), "lock");
  const desk = openDesk(embedded);
  desk.lock = "lock" in parsed ? parsed.lock : null;
  return { embedded, desk, id };
}

test("nothing has changed", async () => {
  const { desk } = await syncedBy01();
  expect(desk.lock).not.toBeNull();
  expect(actionsOf(await desk.plan([desired(0.2)]))).toEqual(["assistant.a unchanged"]);
});

test("a change of the files is a change, an edit at the target is drift", async () => {
  const { embedded, desk, id } = await syncedBy01();
  const other = { ...tool, description: "Looks up." };
  expect((await desk.plan([desired(0.3, [other])])).resources).toMatchObject([{ action: "update", drift: [] }]);
  await embedded.edit(id, { temperature: 0.9 });
  const plan = await desk.plan([desired(0.2, [other])]);
  expect(plan.resources).toMatchObject([
    { changes: [{ field: "tools" }], drift: [{ field: "temperature", conflict: false }] },
  ]);
  expect(guard(plan, { allowDeletes: null }).map(({ code }) => code)).toEqual(["drift"]);
});

test("without the lock its marker shows whether the object was edited", async () => {
  const { embedded, desk, id } = await syncedBy01();
  const plain = assistant("a", { temperature: 0.3 });
  await embedded.edit(id, {
    tools: [],
    metadata: {
      "playbill.owner": "desk/prod/assistant.a",
      "playbill.spec": hashOf({ ...canonical01, tools: undefined }),
    },
  });
  desk.lock = null;
  expect((await desk.plan([plain])).resources).toMatchObject([
    { action: "update", reason: "found_by_marker", drift: [] },
  ]);
  await embedded.edit(id, { temperature: 0.9 });
  expect((await desk.plan([plain])).resources).toMatchObject([{ drift: [{ field: "temperature" }] }]);
});

test("the first sync writes the entries of this version", async () => {
  const { embedded, desk, id } = await syncedBy01();
  await desk.sync([desired(0.3)]);
  const live = await embedded.registry.get(assistantKind, id);
  expect(live?.marker?.spec).toMatch(/^2 .*temperature=/);
  expect(actionsOf(await desk.plan([desired(0.3)]))).toEqual(["assistant.a unchanged"]);
});
