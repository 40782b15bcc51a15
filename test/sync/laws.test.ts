import fc from "fast-check";
import { expect, test } from "vitest";
import { guard } from "../../src/sync/guard.ts";
import { plan } from "../../src/sync/plan/plan.ts";
import { hasChanges } from "../../src/sync/plan/plan-format.ts";
import { emptyLock, parseLock, serializeLock } from "../../src/sync/lock/lock.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import { declarations, fields } from "./arbitrary.ts";
import { startEmbedded } from "./embedded.ts";
import { assistant, openDesk, scope } from "./project.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";

test("the plan after a sync is empty, and so it stays after the files change", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(declarations, declarations, async (first, second) => {
      const desk = openDesk(await startEmbedded());
      for (const desired of [first, second]) {
        const applied = await desk.sync(desired, { prune: true });
        expect(applied.problems).toEqual([]);
        const again = await desk.plan(desired, { prune: true });
        expect(hasChanges(again)).toBe(false);
        expect(again.resources.every(({ action }) => action === "unchanged")).toBe(true);
        const lock = desk.lock;
        await desk.sync(desired);
        expect(desk.lock).toBe(lock);
      }
    }),
    { numRuns: 15 },
  );
});

test("a plan does not depend on the order of what it is made from", async () => {
  await fc.assert(
    fc.asyncProperty(declarations, declarations, fc.array(fc.nat()), async (first, second, seed) => {
      const embedded = await startEmbedded();
      const desk = openDesk(embedded);
      await desk.sync(first);
      const live = await Array.fromAsync(embedded.registry.list(assistantKind));
      const lock = desk.lock ?? emptyLock(scope);
      const options = {
        kinds: resourceKinds,
        history: () => "unknown" as const,
        scope,
        lock,
        moved: [],
        removed: [],
        prune: true,
        selectors: [],
        mode: { kind: "sync" as const },
        take: {},
        git: null,
      };
      const shuffle = <T>(list: readonly T[]) =>
        list
          .map((each, index) => ({ each, rank: seed[index] ?? 0 }))
          .toSorted((a, b) => b.rank - a.rank)
          .map(({ each }) => each)
          .toReversed();
      const resources = Object.fromEntries(shuffle(Object.entries(lock.resources)));
      const one = plan({ ...options, desired: second, live });
      const other = plan({ ...options, lock: { ...lock, resources }, desired: shuffle(second), live: shuffle(live) });
      expect(other).toEqual(one);
      expect(other.plan_hash).toBe(one.plan_hash);
    }),
    { numRuns: 12 },
  );
});

test("a lock survives being written and read, byte by byte", async () => {
  await fc.assert(
    fc.asyncProperty(declarations, async (desired) => {
      const desk = openDesk(await startEmbedded());
      await desk.sync(desired);
      if (desk.lock === null) return;
      const text = serializeLock(desk.lock);
      const parsed = parseLock(text, "lock");
      expect(parsed).toEqual({ lock: desk.lock });
      if ("lock" in parsed) expect(serializeLock(parsed.lock)).toBe(text);
    }),
    { numRuns: 12 },
  );
});

test("the guard never lets a protected one be deleted", async () => {
  await fc.assert(
    fc.asyncProperty(declarations, fc.nat(10), async (desired, allowDeletes) => {
      fc.pre(desired.length > 0);
      const desk = openDesk(await startEmbedded());
      await desk.sync(desired.map((each) => ({ ...each, protect: true })));
      const unprotected = await desk.plan(desired.slice(1), { prune: true });
      const problems = guard(unprotected, { allowDeletes });
      expect(problems.map(({ code }) => code)).toContain("protected");
    }),
    { numRuns: 12 },
  );
});

test("an edit over there of what the files declare is never overwritten unasked", async () => {
  const edit = fc.constantFrom({ temperature: 0.77 }, { top_p: 0.77 }, { description: "edited" }, { model: "edited" });
  await fc.assert(
    fc.asyncProperty(fields, fields, edit, async (first, second, edited) => {
      const [[field, value] = ["", null]] = Object.entries(edited);
      const embedded = await startEmbedded();
      const desk = openDesk(embedded);
      const before = assistant("a", first);
      const { done } = await desk.sync([before]);
      await embedded.edit(done[0]!.id, edited);
      await desk.sync([assistant("a", second)]);
      const live = await embedded.registry.get(assistantKind, done[0]!.id);
      if (before.declared.includes(field)) expect(live?.spec).toMatchObject({ [field]: value });
      expect(await desk.sync([assistant("a", second)])).toMatchObject({ done: [] });
    }),
    { numRuns: 12 },
  );
});

test("a sync that is cut off anywhere, then run again, ends the same and makes nothing twice", async () => {
  const cut = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.constantFrom("before" as const, "after" as const));
  await fc.assert(
    fc.asyncProperty(declarations, declarations, cut, async (first, second, [number, when]) => {
      const embedded = await startEmbedded();
      const desk = openDesk(embedded);
      await desk.sync(first);
      embedded.cutAt(number, when);
      await desk.sync(second, { prune: true }).catch(() => {});
      embedded.connect();
      const applied = await desk.sync(second, { prune: true });
      expect(applied.problems.map(({ code }) => code)).toEqual([]);
      expect((await desk.plan(second, { prune: true })).resources.map(({ action }) => action)).toEqual(
        second.map(() => "unchanged"),
      );
      expect(await Array.fromAsync(embedded.registry.list(assistantKind))).toHaveLength(second.length);
    }),
    { numRuns: 30 },
  );
});
