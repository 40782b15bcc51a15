import { expect, test } from "vitest";
import { ProblemError, problem } from "../../src/problem.ts";
import { type Applied, type ApplyInput, apply } from "../../src/sync/apply/apply.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import type { Desired } from "../../src/resources/resource.ts";
import { revText } from "../../src/sync/marker.ts";
import { makePlan } from "../../src/sync/plan/make-plan.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { actionsOf, assistant, openDesk, scope, noContent } from "./project.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";

const codes = ({ problems }: Pick<Applied, "problems">) => problems.map(({ code, severity }) => `${severity} ${code}`);

/** Plans; then `between` happens; then what was planned is applied. */
async function applyAfter(
  embedded: Embedded,
  desired: Desired[],
  between: () => Promise<void> = async () => {},
  more: Partial<ApplyInput> = {},
): Promise<Applied> {
  const { registry } = embedded;
  const options = {
    moved: [],
    removed: [],
    prune: true,
    selectors: [],
    mode: { kind: "sync" as const },
    take: {},
    git: { commit: "abc", dirty: false },
  };
  const { plan, lock } = await makePlan({
    kinds: resourceKinds,
    readHistory: async () => () => "unknown",
    scope,
    desired,
    registry,
    lock: null,
    journal: [],
    ...options,
  });
  await between();
  return apply({
    kinds: resourceKinds,
    plan,
    desired,
    registry,
    lock,
    contentOf: noContent,
    lockFile: { save: async () => {}, append: async () => {} },
    journal: [],
    saveJournal: async () => {},
    saveSnapshot: async () => {},
    newLineage: () => "lineage",
    onProgress: () => {},
    signal: new AbortController().signal,
    ...more,
  });
}

test.each([
  [null, ""],
  [{ commit: "abc", dirty: false }, "abc"],
  [{ commit: "abc", dirty: true }, "abc-dirty"],
])("the revision of %j is %j", (git, rev) => {
  expect(revText(git)).toBe(rev);
});

test("the marker tells who made it and from which commit", async () => {
  const embedded = await startEmbedded();
  const { done } = await applyAfter(embedded, [assistant("a")]);
  const live = await embedded.registry.get(assistantKind, done[0]!.id);
  expect(live?.marker).toMatchObject({ owner: "desk/prod/assistant.a", rev: "abc" });
});

test("a create and an update cost one writing request each", async () => {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const { done } = await desk.sync([assistant("a")]);
  await desk.sync([assistant("a", { temperature: 0.2 })]);
  expect(embedded.requests.filter((request) => request.startsWith("POST"))).toEqual([
    "POST /v1/assistants",
    `POST /v1/assistants/${done[0]!.id}`,
  ]);
});

test("one that fails stops no other, and the lock has what was done", async () => {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const { done } = await desk.sync([assistant("a"), assistant("b")]);
  const [failing, fine] = done.map(({ id }) => id);
  embedded.failing(`POST /v1/assistants/${failing}`, 400);
  const applied = await desk.sync([assistant("a", { top_p: 0 }), assistant("b", { top_p: 0 }), assistant("c")]);
  expect(applied.failed).toEqual(["assistant.a"]);
  expect(applied.done.map(({ address }) => address)).toEqual(["assistant.b", "assistant.c"]);
  expect(codes(applied)).toEqual(["error request_refused"]);
  expect((await embedded.registry.get(assistantKind, fine!))?.spec.top_p).toBe(0);
  expect(Object.keys(desk.lock!.resources).toSorted()).toEqual(["assistant.a", "assistant.b", "assistant.c"]);
});

test("a create that is refused is not tried again", async () => {
  const embedded = await startEmbedded();
  embedded.failing("POST /v1/assistants", 400);
  await applyAfter(embedded, [assistant("a")]);
  expect(embedded.requests.filter((request) => request === "POST /v1/assistants")).toHaveLength(1);
});

test("a create whose answer was lost is found, and not made twice", async () => {
  const embedded = await startEmbedded();
  embedded.loseAnswer(2);
  const { done, problems } = await applyAfter(embedded, [assistant("a")]);
  expect(problems).toEqual([]);
  const live = await Array.fromAsync(embedded.registry.list(assistantKind));
  expect(live.map(({ id }) => id)).toEqual(done.map(({ id }) => id));
});

test("a create that failed at the target is looked for", async () => {
  const embedded = await startEmbedded();
  embedded.failing("POST /v1/assistants", 500);
  const failed = await applyAfter(embedded, [assistant("a")]);
  expect(codes(failed)).toEqual(["error server_failed"]);
  expect(embedded.requests).toEqual(["GET /v1/assistants", "POST /v1/assistants", "GET /v1/assistants"]);
});

test.each([
  ["a field", { temperature: 0.9 }, "temperature"],
  ["a field that is not ours", { description: "x" }, "description"],
  ["the marker", { metadata: {} }, "its ownership marker"],
])("nothing is written over an edit of %s after the plan", async (_, body, moved) => {
  const embedded = await startEmbedded();
  const [made] = (await applyAfter(embedded, [assistant("a", { temperature: 0.2 })])).done;
  const desired = [assistant("a", { temperature: 0.3 })];
  const applied = await applyAfter(embedded, desired, () => embedded.edit(made!.id, body));
  expect(codes(applied)).toEqual(["error changed_since_plan"]);
  expect(applied.problems[0]?.message).toContain(moved);
  expect((await embedded.registry.get(assistantKind, made!.id))?.spec.temperature).not.toBe(0.3);
});

test("one that was deleted after the plan is not made again unasked", async () => {
  const embedded = await startEmbedded();
  const [made] = (await applyAfter(embedded, [assistant("a")])).done;
  const applied = await applyAfter(embedded, [assistant("a", { top_p: 0 })], () => embedded.remove(made!.id));
  expect(codes(applied)).toEqual(["error changed_since_plan"]);
});

test("a field that the server does not store is reported once, and is then neither change nor drift", async () => {
  const embedded = await startEmbedded();
  embedded.losing("reasoning_effort");
  const desk = openDesk(embedded);
  const desired = [assistant("a", { reasoning_effort: "high" })];
  const applied = await desk.sync(desired);
  expect(codes(applied)).toEqual(["warning field_not_kept"]);
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a unchanged"]);
  expect(codes(await desk.sync(desired))).toEqual([]);
  expect(actionsOf(await desk.plan([assistant("a", { reasoning_effort: "low" })]))).toEqual(["assistant.a update"]);
  await embedded.edit(applied.done[0]!.id, { reasoning_effort: "minimal" });
  expect(actionsOf(await desk.plan(desired))).toEqual(["assistant.a drifted"]);
});

test("after an interrupt nothing more is started", async () => {
  const embedded = await startEmbedded();
  const stop = new AbortController();
  const names = ["a", "b", "c", "d", "e", "f"];
  const applied = await applyAfter(
    embedded,
    names.map((name) => assistant(name)),
    undefined,
    { signal: stop.signal, onProgress: ({ kind }) => kind === "done" && stop.abort() },
  );
  expect(applied.notStarted.length).toBeGreaterThan(0);
  expect(applied.done.length + applied.notStarted.length).toBe(names.length);
  expect(Object.keys(applied.lock.resources)).toHaveLength(applied.done.length);
});

const full = () => Promise.reject(new ProblemError([problem("lock_not_saved", "disk full")]));

test.each([
  ["at once", { save: full, append: full }],
  ["later", { save: async () => {}, append: full }],
])("when the lock cannot be saved %s, nothing more is started", async (_, lockFile) => {
  const embedded = await startEmbedded();
  const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const applied = await applyAfter(
    embedded,
    names.map((name) => assistant(name)),
    undefined,
    { lockFile },
  );
  expect(applied.notStarted).toContain("assistant.i");
  expect(new Set(codes(applied))).toEqual(new Set(["error lock_not_saved"]));
});

test("no operation is done before the lock that names it is saved, and only one save runs at a time", async () => {
  const embedded = await startEmbedded();
  const saved = new Set<string>();
  const serials: number[] = [];
  const unsaved: string[] = [];
  let saving = 0;
  const save = async (addresses: string[]) => {
    expect((saving += 1)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const address of addresses) saved.add(address);
    saving -= 1;
  };
  await applyAfter(
    embedded,
    ["a", "b", "c"].map((name) => assistant(name)),
    undefined,
    {
      lockFile: {
        save: async ({ serial, resources }) => {
          await save(Object.keys(resources));
          serials.push(serial);
        },
        append: async (changes) => save(changes.map(({ address }) => address)),
      },
      onProgress: ({ kind, address }) => {
        if (kind === "done" && !saved.has(address)) unsaved.push(address);
      },
    },
  );
  expect(unsaved).toEqual([]);
  expect([...saved].toSorted()).toEqual(["assistant.a", "assistant.b", "assistant.c"]);
  expect(serials).toEqual([...new Set(serials)].toSorted((one, other) => one - other));
});

test.each([1, 3])("with a concurrency of %i, no more objects are changed at a time", async (concurrency) => {
  const embedded = await startEmbedded();
  const { registry } = embedded;
  let running = 0;
  let most = 0;
  const watched = {
    ...registry,
    create: async (...args: Parameters<typeof registry.create>) => {
      running += 1;
      most = Math.max(most, running);
      const made = await registry.create(...args);
      running -= 1;
      return made;
    },
  };
  const declared = ["a", "b", "c", "d", "e", "f"].map((name) => assistant(name));
  const applied = await applyAfter({ ...embedded, registry: watched as never }, declared, async () => {}, {
    concurrency,
  });
  expect([applied.done.length, most]).toEqual([6, concurrency]);
});
