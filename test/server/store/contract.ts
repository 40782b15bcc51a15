import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  UnknownKey,
  inserted,
  kind,
  replaced,
  type OpenedStore,
  type PageQuery,
  type Store,
} from "../../../src/server/store/store.ts";

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

/** What a store promises of documents, tried on an implementation; `open` gives an empty store. */
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

  describe("writes together", () => {
    test("are done in order, all or none", async () => {
      const store = await openStore();
      await store.write([
        inserted(things, thing(1)),
        inserted(others, thing(1)),
        replaced(things, thing(1, { size: 2 })),
      ]);
      expect([await store.all(things), await store.all(others)]).toEqual([[thing(1, { size: 2 })], [thing(1)]]);
      const failing = store.write([inserted(things, thing(2)), replaced(things, thing(1)), inserted(things, thing(1))]);
      await expect(failing).rejects.toThrow();
      expect(await store.all(things)).toEqual([thing(1, { size: 2 })]);
      await store.transaction((tx) => tx.write([inserted(things, thing(3))]));
      expect(await ids(store)).toEqual(["t1", "t3"]);
    });
  });
}
