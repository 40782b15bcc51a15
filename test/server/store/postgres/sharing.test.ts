import fc from "fast-check";
import { expect, test } from "vitest";
import { openStore } from "../../../../src/server/store/open.ts";
import { kind, replaced, type OpenedStore } from "../../../../src/server/store/store.ts";
import { describeOnPostgres, freshDatabase } from "../../postgres.ts";
import { things, thing } from "../contract.ts";

interface Note {
  id: string;
  thread: string;
}
const notes = kind<Note>("note", { thread: ({ thread }) => thread, parent: ({ thread }) => thread });

/** Does something with two stores on one database, as two processes have them. */
async function withTwo(work: (one: OpenedStore, other: OpenedStore) => Promise<void>): Promise<void> {
  const database = await freshDatabase();
  const open = () => openStore({ database, connections: 4 });
  const [one, other] = await Promise.all([open(), open()]);
  try {
    await work(one, other);
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

describeOnPostgres("two stores on one PostgreSQL database", () => {
  test("lose no change of an object that both change, in transactions and revisions", () =>
    withTwo(async (one, other) => {
      await one.insert(things, thing(1));
      await one.insert(notes, { id: "a", thread: "a" });
      const grow = (store: OpenedStore, way: number): Promise<unknown> =>
        way === 0
          ? store.transaction(async (tx) => {
              const { size } = (await tx.get(things, "t1")) ?? thing(1);
              await tx.replace(things, thing(1, { size: size + 1 }));
            })
          : store.revise(things, "t1", (current) => ({
              writes: [replaced(things, thing(1, { size: (current?.size ?? 0) + 1 }))],
              result: null,
            }));
      await Promise.all(Array.from({ length: 40 }, (_, index) => grow(index % 2 === 0 ? one : other, index % 3)));
      expect(await other.get(things, "t1")).toMatchObject({ size: 40 });
    }));

  test("list in the order of commits: a reader that goes on after the last one misses none", () =>
    withTwo(async (one, other) => {
      const count = 60;
      let written = 0;
      const write = async (store: OpenedStore, from: number): Promise<void> => {
        for (let number = from; number < count; number += 2) {
          const id = `n${number}`;
          if (number % 3 === 0) await store.insert(notes, { id, thread: "a" });
          else
            await store.transaction(
              async (tx) => {
                await tx.insert(notes, { id, thread: "a" });
                await tx.get(notes, id);
              },
              { thread: "a" },
            );
          written += 1;
        }
      };
      const seen: string[] = [];
      const read = async (): Promise<void> => {
        while (seen.length < count) {
          const isLast = written === count;
          const after = seen.at(-1);
          const page = await other.page(notes, { parent: "a", order: "asc", limit: 5, ...(after && { after }) });
          seen.push(...page.data.map(({ id }) => id));
          if (isLast && page.data.length === 0) return;
        }
      };
      await Promise.all([write(one, 0), write(other, 1), read()]);
      expect(seen.length).toBe(count);
      expect((await one.all(notes)).map(({ id }) => id)).toEqual(seen);
    }));

  test("give a job to one of them", () =>
    withTwo(async (one, other) => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (count) => {
          await one.clear();
          for (let number = 0; number < count; number += 1) await one.jobs.add("index", `j${number}`);
          const live = new Set(["one", "other"]);
          const claims = Array.from({ length: 6 }, (_, index) => {
            const [store, holder] = index % 2 === 0 ? ([one, "one"] as const) : ([other, "other"] as const);
            return store.jobs.claim("index", holder, live, 2);
          });
          const claimed = (await Promise.all(claims)).flat();
          const rest = await one.jobs.claim("index", "one", live, count);
          expect([...claimed, ...rest].toSorted()).toEqual(
            Array.from({ length: count }, (_, number) => `j${number}`).toSorted(),
          );
        }),
        { numRuns: 10 },
      );
    }));
});
