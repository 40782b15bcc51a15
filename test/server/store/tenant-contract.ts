import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { defaultTenant, UnknownKey, type OpenedStore, type Store } from "../../../src/server/store/store.ts";
import { thing, things } from "./contract.ts";

type Step =
  | { do: "insert" | "replace" | "remove" | "get"; id: number }
  | { do: "removeChildren" | "blob" | "chunk" | "forget" | "page" | "ids" | "search" | "clear" | "transaction" };
const id = fc.integer({ min: 0, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom("insert" as const, "replace" as const, "remove" as const), id }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("get" as const), id }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "removeChildren" as const,
        "blob" as const,
        "chunk" as const,
        "forget" as const,
        "page" as const,
        "ids" as const,
        "search" as const,
        "transaction" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("clear" as const) }) },
);

/** Does a step and gives everything that its caller can see of it. */
async function perform(store: Store, given: Step): Promise<unknown> {
  switch (given.do) {
    case "insert":
      return store.insert(things, thing(given.id)).then(
        () => "inserted",
        () => "taken",
      );
    case "replace":
      return store.replace(things, thing(given.id, { size: 1 }));
    case "remove":
      return store.remove(things, `t${given.id}`);
    case "get":
      return store.get(things, `t${given.id}`);
    case "removeChildren":
      return store.removeChildren(things, "o0");
    case "blob":
      await store.blobs.append("file-1", Buffer.from("x"));
      return Buffer.concat(await Array.fromAsync(store.blobs.parts("file-1"))).toString();
    case "chunk":
      return store.chunks.append("vs_1", "file-1", [{ start: 0, tokens: 1, text: "refund", embedding: null }]);
    case "forget":
      return store.chunks.remove("vs_1", "file-1");
    case "page":
      return store.page(things, { order: "desc", limit: 2, after: "t1" }).catch((error: unknown) => {
        if (error instanceof UnknownKey) return error.key;
        throw error;
      });
    case "ids":
      return [await store.blobs.ids(), await store.all(things)];
    case "search": {
      const facts = await store.chunks.facts(["vs_1"]);
      const postings = (await store.chunks.postings(["vs_1"], ["refund"])).get("refund");
      return facts.map(({ number, ...rest }) => [rest, postings?.get(number)]);
    }
    case "clear":
      return store.clear();
    case "transaction":
      return store.transaction(async (tx) => {
        const before = await tx.all(things);
        if (await tx.remove(things, "t0")) await tx.insert(things, thing(0, { size: 2 }));
        return [before, await tx.all(things)];
      });
  }
}

/** What a store promises of tenants, tried on an implementation; `open` gives an empty store. */
export function tenantContract(open: () => Promise<OpenedStore>): void {
  async function openStore(): Promise<OpenedStore> {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  }

  describe("tenants", () => {
    test("are answered as if each were alone, whatever the others do", async () => {
      const store = await openStore();
      const names = [defaultTenant, "acme", "acme-2"];
      const scripts = fc.array(fc.record({ who: fc.nat({ max: 2 }), step }), { maxLength: 40 });
      const answers = async (steps: { who: number; step: Step }[]): Promise<unknown[]> => {
        for (const name of names) await store.tenant(name).clear();
        const seen: unknown[] = [];
        for (const each of steps) seen.push(await perform(store.tenant(names[each.who] ?? ""), each.step));
        return seen;
      };
      await fc.assert(
        fc.asyncProperty(scripts, async (steps) => {
          const together = await answers(steps);
          for (const who of names.keys()) {
            const own = steps.flatMap((each, index) => (each.who === who ? [index] : []));
            const alone = await answers(own.flatMap((index) => steps[index] ?? []));
            expect(alone).toEqual(own.map((index) => together[index]));
          }
        }),
        { numRuns: 40 },
      );
    });

    test("begin with what an opened store has: it is the default tenant's", async () => {
      const store = await openStore();
      await store.insert(things, thing(1));
      expect(await store.tenant(defaultTenant).all(things)).toEqual([thing(1)]);
      expect(await store.tenant("acme").all(things)).toEqual([]);
    });

    test("are not reached by an id that has another one's name in it", async () => {
      const store = await openStore();
      const acme = store.tenant("acme");
      await acme.blobs.append("file-1", Buffer.from("x"));
      await acme.chunks.append("vs_1", "file-1", [{ start: 0, tokens: 1, text: "refund", embedding: null }]);
      for (const other of [store, store.tenant("other")]) {
        for (const vectorStoreId of ["acme/vs_1", "/acme/vs_1", "../acme/vs_1"])
          expect(await other.chunks.facts([vectorStoreId])).toEqual([]);
        expect(await Array.fromAsync(other.blobs.parts("acme/file-1"))).toEqual([]);
        await other.blobs.remove("acme/file-1");
      }
      expect(await acme.blobs.ids()).toEqual(["file-1"]);
    });
  });
}
