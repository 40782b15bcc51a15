import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { UnknownKey, kind, type OpenedStore, type PageQuery, type Store } from "../../../src/server/store/store.ts";

/** A stored object of the contract's own. */
export interface Thing {
  id: string;
  owner: string;
  state: string;
  size: number;
}
export const things = kind<Thing>("thing", { parent: ({ owner }) => owner, tag: ({ state }) => state });
const others = kind<Thing>("other", { parent: ({ owner }) => owner });

/** The thing with this number. */
export function thing(number: number, more: Partial<Thing> = {}): Thing {
  return { id: `t${number}`, owner: "o0", state: "s0", size: 0, ...more };
}

type Command =
  | { do: "insert" | "replace"; id: number; owner: number; state: number }
  | { do: "remove"; id: number }
  | { do: "removeChildren"; owner: number };
const few = fc.integer({ min: 0, max: 2 });
const id = fc.integer({ min: 0, max: 12 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("insert" as const), id, owner: few, state: few }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("replace" as const), id, owner: few, state: few }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("removeChildren" as const), owner: few }) },
);
const valueOf = (step: { id: number; owner: number; state: number }): Thing =>
  thing(step.id, { owner: `o${step.owner}`, state: `s${step.state}` });

/** The same commands on a plain list, in insertion order. */
function apply(list: Thing[], step: Command): Thing[] {
  if (step.do === "remove") return list.filter((each) => each.id !== `t${step.id}`);
  if (step.do === "removeChildren") return list.filter((each) => each.owner !== `o${step.owner}`);
  const value = valueOf(step);
  if (list.some((each) => each.id === value.id)) return list.map((each) => (each.id === value.id ? value : each));
  return step.do === "insert" ? [...list, value] : list;
}

async function perform(store: Store, step: Command): Promise<void> {
  if (step.do === "remove") await store.remove(things, `t${step.id}`);
  else if (step.do === "removeChildren") await store.removeChildren(things, `o${step.owner}`);
  else if ((await store.get(things, valueOf(step).id)) || step.do === "replace")
    await store.replace(things, valueOf(step));
  else await store.insert(things, valueOf(step));
}

const query = fc.record(
  {
    parent: few.map((owner) => `o${owner}`),
    tags: fc.array(
      few.map((state) => `s${state}`),
      { minLength: 1, maxLength: 2 },
    ),
    order: fc.constantFrom("asc" as const, "desc" as const),
    limit: fc.integer({ min: 1, max: 5 }),
    after: id.map((number) => `t${number}`),
    before: id.map((number) => `t${number}`),
  },
  { requiredKeys: ["order", "limit"] },
);

/** What a page is, said of the plain list. */
function expectedPage(list: Thing[], { parent, tags, order, limit, after, before }: PageQuery) {
  const ordered = order === "asc" ? list : list.toReversed();
  const from = after === undefined ? 0 : ordered.findIndex((each) => each.id === after) + 1;
  const to = before === undefined ? ordered.length : ordered.findIndex((each) => each.id === before);
  const within = ordered
    .slice(from, Math.max(from, to))
    .filter((each) => parent === undefined || each.owner === parent)
    .filter((each) => tags === undefined || tags.includes(each.state));
  const backwards = before !== undefined && after === undefined;
  return { data: backwards ? within.slice(-limit) : within.slice(0, limit), hasMore: within.length > limit };
}

/** What a store promises of documents and transactions, tried on an implementation; `open` gives an empty store. */
export function documentContract(open: () => Promise<OpenedStore>): void {
  async function openStore(): Promise<OpenedStore> {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  }
  const ids = async (store: Store) => (await store.all(things)).map((each) => each.id);

  describe("documents", () => {
    test("are what a plain list would hold, page by page", async () => {
      const store = await openStore();
      await fc.assert(
        fc.asyncProperty(
          fc.array(command, { maxLength: 40 }),
          fc.array(query, { minLength: 1, maxLength: 8 }),
          async (commands, queries) => {
            await store.clear();
            let list: Thing[] = [];
            for (const step of commands) {
              await perform(store, step);
              list = apply(list, step);
            }
            expect(await store.all(things)).toEqual(list);
            for (const each of queries) {
              const cursors = [each.after, each.before].filter((cursor) => cursor !== undefined);
              if (!cursors.every((cursor) => list.some((item) => item.id === cursor))) continue;
              expect(await store.page(things, each)).toEqual(expectedPage(list, each));
            }
          },
        ),
        { numRuns: 100 },
      );
    });

    test("go on from one that was removed meanwhile, and refuse a key that never was", async () => {
      const store = await openStore();
      for (const number of [1, 2, 3]) await store.insert(things, thing(number));
      await store.remove(things, "t2");
      const page = await store.page(things, { order: "asc", limit: 5, after: "t2" });
      expect(page.data.map((each) => each.id)).toEqual(["t3"]);
      await expect(store.page(things, { order: "asc", limit: 5, after: "t9" })).rejects.toThrow(UnknownKey);
      await expect(store.page(others, { order: "asc", limit: 5, after: "t1" })).rejects.toThrow(UnknownKey);
    });

    test("keep kinds apart, and are all forgotten when asked", async () => {
      const store = await openStore();
      await store.insert(things, thing(1));
      await store.insert(others, thing(1));
      await store.removeChildren(others, "o0");
      expect([(await store.all(things)).length, (await store.all(others)).length]).toEqual([1, 0]);
      await store.clear();
      expect(await store.all(things)).toEqual([]);
    });

    test("refuse a key that is taken", async () => {
      const store = await openStore();
      await store.insert(things, thing(1));
      await expect(store.insert(things, thing(1, { size: 2 }))).rejects.toThrow();
      expect(await store.all(things)).toEqual([thing(1)]);
    });
  });

  describe("a transaction", () => {
    test("is undone as a whole when a part of it fails", async () => {
      const store = await openStore();
      await store.insert(things, thing(1));
      const failing = store.transaction(async (tx) => {
        await tx.remove(things, "t1");
        await tx.transaction((inner) => inner.insert(things, thing(2)));
        await tx.blobs.append("a", Buffer.from("x"));
        await tx.insert(things, thing(2));
      });
      await expect(failing).rejects.toThrow();
      expect(await ids(store)).toEqual(["t1"]);
      expect(await store.blobs.ids()).toEqual([]);
      await store.transaction((tx) => tx.insert(things, thing(3)));
      expect(await ids(store)).toEqual(["t1", "t3"]);
    });

    test("is not seen from outside before it is committed, and sees itself", async () => {
      const store = await openStore();
      await store.insert(things, thing(1));
      const seen: string[][] = [];
      const written = store.transaction(async (tx) => {
        await tx.insert(things, thing(2));
        seen.push(await ids(tx));
        void ids(store).then((outside) => seen.push(outside));
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (seen.length > 1) expect(seen[1]).toEqual(["t1"]);
        await tx.remove(things, "t1");
      });
      await written;
      expect(seen[0]).toEqual(["t1", "t2"]);
      expect(await ids(store)).toEqual(["t2"]);
      expect(seen.slice(1).every((outside) => outside.length === 1)).toBe(true);
    });

    test("reads what stays true until it writes, whatever else goes on", async () => {
      const store = await openStore();
      await store.insert(things, thing(1));
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 20 }), async (pauses) => {
          await store.replace(things, thing(1));
          await Promise.all(
            pauses.map((pause) =>
              store.transaction(async (tx) => {
                const before = await tx.get(things, "t1");
                for (let count = 0; count < pause; count += 1) await tx.get(things, "t1");
                await tx.replace(things, thing(1, { size: (before?.size ?? 0) + 1 }));
              }),
            ),
          );
          expect(await store.get(things, "t1")).toEqual(thing(1, { size: pauses.length }));
        }),
        { numRuns: 30 },
      );
    });

    test("runs what waits for its commit before the next one begins, and never when it is undone", async () => {
      const store = await openStore();
      const order: string[] = [];
      const one = store.transaction(async (tx) => {
        await tx.transaction(async (inner) => inner.afterCommit(() => order.push("inner")));
        tx.afterCommit(() => order.push("one"));
        order.push("work");
      });
      const failing = store.transaction(async (tx) => {
        tx.afterCommit(() => order.push("never"));
        throw new Error("undone");
      });
      const two = store.transaction(async () => void order.push("two"));
      await expect(failing).rejects.toThrow("undone");
      await Promise.all([one, two]);
      store.afterCommit(() => order.push("at once"));
      expect(order).toEqual(["work", "inner", "one", "two", "at once"]);
    });

    test("cannot be used when it is over", async () => {
      const store = await openStore();
      let kept: Store | undefined;
      await store.transaction(async (tx) => {
        kept = tx;
      });
      await expect(kept?.insert(things, thing(1))).rejects.toThrow("over");
      expect(await ids(store)).toEqual([]);
    });
  });
}
