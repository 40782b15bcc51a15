import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { inserted, kind, replaced, type OpenedStore, type Scope, type Store } from "../../../src/server/store/store.ts";
import { thing, things, type Thing } from "./contract.ts";

interface Note {
  id: string;
  thread: string;
}
const threadOf = ({ thread }: Note): string => thread;
const notes = kind<Note>("note", { thread: threadOf, parent: threadOf });

/** What a store promises of transactions, tried on an implementation; `open` gives an empty store. */
export function transactionContract(open: () => Promise<OpenedStore>): void {
  async function openStore(): Promise<OpenedStore> {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  }
  const ids = async (store: Store) => (await store.all(things)).map((each) => each.id);

  describe("a revision", () => {
    const grown = (current: Thing | null) => ({
      writes: [replaced(things, thing(1, { size: (current?.size ?? 0) + 1 }))],
      result: current,
    });

    test("reads what stays true until it writes, also within a transaction and beside others", async () => {
      const store = await openStore();
      expect(await store.revise(things, "t1", grown)).toBe(null);
      await store.insert(things, thing(1));
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          index % 3 === 0
            ? store.transaction(async (tx) => {
                await tx.get(things, "t1");
                await tx.revise(things, "t1", grown);
              })
            : store.revise(things, "t1", grown),
        ),
      );
      expect(await store.get(things, "t1")).toEqual(thing(1, { size: 20 }));
    });

    test("writes nothing when it throws, and runs what waits for its commit before the next one begins", async () => {
      const store = await openStore();
      const order: string[] = [];
      const one = store.revise(things, "t1", () => {
        order.push("work");
        return { writes: [inserted(things, thing(1))], afterCommit: () => order.push("one"), result: "made" };
      });
      const two = store.transaction(async (tx) => {
        await tx.revise(things, "t2", () => ({
          writes: [inserted(things, thing(2))],
          afterCommit: () => order.push("inner"),
          result: null,
        }));
        order.push("two");
      });
      expect(await one).toBe("made");
      await two;
      const failing = store.revise(things, "t3", () => {
        throw new Error("undone");
      });
      await expect(failing).rejects.toThrow("undone");
      const taken = { writes: [inserted(things, thing(3)), inserted(things, thing(1))], result: null };
      await expect(
        store.revise(things, "t3", () => ({ ...taken, afterCommit: () => order.push("never") })),
      ).rejects.toThrow();
      // Whichever began first.
      expect(["work one two inner", "two inner work one"]).toContain(order.join(" "));
      expect((await ids(store)).toSorted()).toEqual(["t1", "t2"]);
    });
  });

  describe("a transaction", () => {
    test("rejects with the very error that its work throws", async () => {
      const store = await openStore();
      const refusal = new Error("refused");
      const refused = store.transaction(async (tx) => {
        await tx.insert(things, thing(1));
        throw refusal;
      });
      await expect(refused).rejects.toBe(refusal);
      expect(await ids(store)).toEqual([]);
    });

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

    test("writes only what it is about", async () => {
      const store = await openStore();
      const note = (thread: string, number = 1): Note => ({ id: `${thread}-${number}`, thread });
      await store.transaction(async (tx) => tx.insert(notes, note("a")), { thread: "a" });
      await store.transaction(
        async (tx) => {
          await tx.write([inserted(notes, note("a", 2)), inserted(things, thing(1))]);
          await tx.transaction((inner) => inner.insert(notes, note("a", 3)), { thread: "a" });
        },
        { thread: "a", shared: true },
      );
      const refused: [Scope, (tx: Store) => Promise<unknown>][] = [
        [{}, (tx) => tx.insert(notes, note("b"))],
        [{ thread: "a" }, (tx) => tx.insert(notes, note("b"))],
        [{ thread: "a" }, (tx) => tx.insert(things, thing(2))],
        [{ thread: "a" }, (tx) => tx.transaction(async (inner) => inner.get(things, "t1"))],
        [{ thread: "a", shared: true }, (tx) => tx.replace(notes, note("b"))],
      ];
      for (const [scope, work] of refused)
        await expect(store.transaction(work, scope)).rejects.toThrow("cannot write to");
      const twoThreads = [inserted(notes, note("a", 4)), inserted(notes, note("b"))];
      await expect(store.write(twoThreads)).rejects.toThrow("cannot write to");
      expect((await store.all(notes)).map(({ id }) => id)).toEqual(["a-1", "a-2", "a-3"]);
      const made = { writes: [inserted(notes, note("c"))], result: "made" };
      expect(
        await store.revise(notes, "c-1", (current) => (current ? { writes: [], result: "was there" } : made)),
      ).toBe("made");
      expect(await store.get(notes, "c-1")).toEqual(note("c"));
      const both = [replaced(notes, note("c")), inserted(things, thing(3))];
      await store.revise(notes, "c-1", () => ({ writes: both, result: null }));
      expect(await store.remove(things, "t3")).toBe(true);
      const page = await store.page(notes, { parent: "a", order: "desc", limit: 2, after: "a-3" });
      expect(page).toEqual({ data: [note("a", 2), note("a")], hasMore: false });
      expect(await ids(store)).toEqual(["t1"]);
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
