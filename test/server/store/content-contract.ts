import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Chunks, OpenedStore, Store } from "../../../src/server/store/store.ts";

const chunk = (text: string, start = 0) => ({ start, tokens: text.length, text, embedding: null });

/** How often a word is in the chunks where it is. */
async function counts(chunks: Chunks, word: string): Promise<number[]> {
  return [...((await chunks.postings(["vs_1", "vs_2"], [word])).get(word)?.values() ?? [])];
}

/** What a store promises of bytes and chunks, tried on an implementation; `open` gives an empty store. */
export function contentContract(open: () => Promise<OpenedStore>): void {
  async function openStore(): Promise<OpenedStore> {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  }

  describe("a blob", () => {
    const write = fc.tuple(fc.constantFrom("a", "b"), fc.uint8Array({ minLength: 1, maxLength: 50 }));
    const bytesOf = async (store: Store, blob: string) => Buffer.concat(await Array.fromAsync(store.blobs.parts(blob)));

    test("is the parts that were added to it, in order, until it is removed", async () => {
      const store = await openStore();
      await fc.assert(
        fc.asyncProperty(fc.array(write), async (writes) => {
          await store.clear();
          for (const [blob, part] of writes) await store.blobs.append(blob, part);
          const written = (blob: string) => Buffer.concat(writes.flatMap(([to, part]) => (to === blob ? [part] : [])));
          for (const blob of ["a", "b"]) expect(await bytesOf(store, blob)).toEqual(written(blob));
          expect((await store.blobs.ids()).toSorted()).toEqual([...new Set(writes.map(([blob]) => blob))].toSorted());
          await store.blobs.remove("a");
          expect(await bytesOf(store, "a")).toEqual(Buffer.from(""));
          expect(await bytesOf(store, "b")).toEqual(written("b"));
        }),
        { numRuns: 50 },
      );
    });

    test("that is removed while it is read ends there", async () => {
      const store = await openStore();
      await store.blobs.append("a", Buffer.from("one"));
      await store.blobs.append("a", Buffer.from("two"));
      const parts = store.blobs.parts("a")[Symbol.asyncIterator]();
      expect(Buffer.from((await parts.next()).value ?? []).toString()).toBe("one");
      await store.blobs.remove("a");
      expect((await parts.next()).done).toBe(true);
    });
  });

  describe("words", () => {
    /** The texts in which every word of the query stands. */
    async function found({ chunks }: Store, query: string, vectorStoreId = "vs_1"): Promise<string[]> {
      const words = [...(await chunks.postings([vectorStoreId], await chunks.words(query))).values()];
      const numbers = (await chunks.facts([vectorStoreId])).map(({ number }) => number);
      const fitting = numbers.filter((number) => words.every((postings) => postings.has(number)));
      return [...(await chunks.texts(fitting)).values()];
    }

    test.each([
      ["Refunds are processed daily", "refund"],
      ["Refunds are processed daily", "PROCESSING"],
      ["Crème brûlée", "creme brulee"],
      ["Straße und Änderung", "anderung"],
      ["返品は30日以内に受け付けます", "返品 以内"],
      ["Возврат товара", "возврат"],
      ["version 2.31 of the ﬁnal report", "final 31"],
      ['say "hello" OR NEAR(x, y)*', 'or near "hello"'],
      ["text:col AND -minus", "col minus"],
    ])("%j is found by %j", async (text, query) => {
      const store = await openStore();
      await store.chunks.append("vs_1", "file-1", [chunk("nothing of the kind"), chunk(text)]);
      expect(await found(store, query)).toEqual([text]);
    });

    test("of any text at all can be asked for, and what was stored is found by itself", async () => {
      const store = await openStore();
      const syntax = fc.constantFrom(...`" ' * ^ ( ) { : + - AND OR NOT NEAR( text: ;-- \0`.split(" "));
      const any = fc.array(fc.oneof(syntax, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), {
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(any, async (parts) => {
          const text = parts.join(" ").toWellFormed().replaceAll("\0", " ");
          await store.chunks.append("vs_1", "file-1", [chunk(text)]);
          expect(await found(store, parts.join(" "))).toEqual([text]);
          await store.chunks.remove("vs_1", "file-1");
        }),
        { numRuns: 40 },
      );
    });

    test("are asked once each and counted everywhere they stand", async () => {
      const { chunks } = await openStore();
      await chunks.append("vs_1", "file-1", [chunk("run runs running"), chunk("walk")]);
      expect(await chunks.words("Run, running; runs!")).toEqual(["run"]);
      expect(await counts(chunks, "run")).toEqual([3]);
      expect(await chunks.words("")).toEqual([]);
    });
  });

  describe("a file's chunks", () => {
    test("are given back in order, and are gone when removed, from the index too", async () => {
      const { chunks } = await openStore();
      await chunks.append("vs_1", "file-1", [chunk("alpha", 0), chunk("beta", 3)]);
      await chunks.append("vs_1", "file-2", [chunk("alpha")]);
      await chunks.append("vs_2", "file-1", [chunk("alpha")]);
      expect(await chunks.ofFile("vs_1", "file-1")).toEqual([
        { start: 0, text: "alpha" },
        { start: 3, text: "beta" },
      ]);
      await chunks.remove("vs_1", "file-1");
      expect(await chunks.ofFile("vs_1", "file-1")).toEqual([]);
      expect((await counts(chunks, "alpha")).length).toBe(2);
      expect(await counts(chunks, "beta")).toEqual([]);
      expect((await chunks.facts(["vs_1"])).map(({ fileId }) => fileId)).toEqual(["file-2"]);
    });

    test("keep what they mean to the model", async () => {
      const { chunks } = await openStore();
      const embedding = Float32Array.from([0.25, -1, 3e8]);
      await chunks.append("vs_1", "file-1", [chunk("plain"), { ...chunk("embedded"), embedding }]);
      expect([...(await chunks.embeddings("vs_1")).values()]).toEqual([embedding]);
    });

    test("go with everything else when the store is emptied", async () => {
      const store = await openStore();
      await store.chunks.append("vs_1", "file-1", [chunk("alpha")]);
      await store.clear();
      expect(await store.chunks.facts(["vs_1"])).toEqual([]);
      expect(await counts(store.chunks, "alpha")).toEqual([]);
    });
  });
}
