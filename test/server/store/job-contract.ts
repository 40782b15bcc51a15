import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { OpenedStore } from "../../../src/server/store/store.ts";

type Step =
  | { do: "add"; key: number }
  | { do: "claim"; holder: number; live: number[]; limit: number }
  | { do: "finish" | "holds"; key: number; holder: number }
  | { do: "release"; holder: number };
const key = fc.integer({ min: 0, max: 5 });
const holder = fc.integer({ min: 0, max: 2 });
const live = fc.subarray([0, 1, 2]);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("add" as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("claim" as const), holder, live, limit: fc.integer({ min: 0, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("finish" as const, "holds" as const), key, holder }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), holder }) },
);
const nameOf = (number: number): string => `p${number}`;

/** The same on a plain list, oldest first. */
interface Job {
  key: string;
  holder: string | null;
}

function claimed(jobs: Job[], alive: readonly string[], limit: number): Job[] {
  return jobs.filter((job) => job.holder === null || !alive.includes(job.holder)).slice(0, limit);
}

/** What a store promises of jobs, tried on an implementation; `open` gives an empty store. */
export function jobContract(open: () => Promise<OpenedStore>): void {
  async function openStore(): Promise<OpenedStore> {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  }

  describe("jobs", () => {
    test("are given to one holder at a time, the oldest first, and to others when that is gone", async () => {
      const store = await openStore();
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          const queue = `queue ${(round += 1)}`;
          let jobs: Job[] = [];
          await store.jobs.add("another queue", "k1");
          for (const each of steps) {
            if (each.do === "add") {
              const name = `k${each.key}`;
              await store.jobs.add(queue, name);
              const there = jobs.find((job) => job.key === name);
              if (there) there.holder = null;
              else jobs.push({ key: name, holder: null });
            } else if (each.do === "claim") {
              const alive = each.live.map(nameOf);
              const by = nameOf(each.holder);
              const expected = claimed(jobs, alive, each.limit);
              const given = await store.jobs.claim(queue, by, new Set(alive), each.limit);
              expect(given.toSorted()).toEqual(expected.map((job) => job.key).toSorted());
              for (const job of expected) job.holder = by;
            } else if (each.do === "release") {
              await store.jobs.release(queue, nameOf(each.holder));
              for (const job of jobs) if (job.holder === nameOf(each.holder)) job.holder = null;
            } else {
              const isIt = (job: Job) => job.key === `k${each.key}` && job.holder === nameOf(each.holder);
              if (each.do === "holds")
                expect(await store.jobs.holds(queue, `k${each.key}`, nameOf(each.holder))).toBe(jobs.some(isIt));
              else {
                await store.jobs.finish(queue, `k${each.key}`, nameOf(each.holder));
                jobs = jobs.filter((job) => !isIt(job));
              }
            }
          }
        }),
        { numRuns: 30 },
      );
    });

    test("that are claimed at once by several go to one each", async () => {
      const store = await openStore();
      for (let number = 0; number < 20; number += 1) await store.jobs.add("queue", `k${number}`);
      const everybody = new Set(["p0", "p1", "p2", "p3"]);
      const given = new Set<string>();
      for (let free = 20; free > 0;) {
        const all = await Promise.all([...everybody].map((name) => store.jobs.claim("queue", name, everybody, 3)));
        const keys = all.flat();
        expect(new Set([...given, ...keys]).size).toBe(given.size + keys.length);
        for (const each of keys) given.add(each);
        free -= keys.length;
      }
      expect(await store.jobs.claim("queue", "p0", everybody, 3)).toEqual([]);
    });

    test("are a tenant's own, belong to the transaction that adds them, and go with everything else", async () => {
      const store = await openStore();
      const tenant = store.tenant("acme");
      const nobody = new Set<string>();
      await expect(
        store.transaction(async (tx) => {
          await tx.jobs.add("queue", "undone");
          throw new Error("undone");
        }),
      ).rejects.toThrow("undone");
      await tenant.transaction((tx) => tx.jobs.add("queue", "k1"), { thread: "thread_1" });
      expect(await store.jobs.claim("queue", "p0", nobody, 9)).toEqual([]);
      await store.clear();
      expect(await tenant.jobs.claim("queue", "p0", new Set(["p0"]), 9)).toEqual(["k1"]);
      await tenant.clear();
      expect(await tenant.jobs.claim("queue", "p0", nobody, 9)).toEqual([]);
    });
  });
}
