import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { vectorStoreFiles } from "../../../../src/server/domain/kinds.ts";
import { openLibrary, rankChunks } from "../../../../src/server/search/library.ts";
import { ranked } from "../../../../src/server/search/rank.ts";
import { openStore } from "../../../../src/server/store/open.ts";
import type { NewChunk, Store } from "../../../../src/server/store/store.ts";
import { describeOnPostgres, storesOfOneDatabase } from "../../postgres.ts";

const word = fc.constantFrom(
  ..."refund refunds refunding the policy Policies crème brulee Straße 返品は可能 возврат 2.31 ship shipped shipping".split(
    " ",
  ),
);
const text = fc.array(fc.oneof({ weight: 9, arbitrary: word }, fc.string({ unit: "grapheme", maxLength: 6 })), {
  minLength: 1,
  maxLength: 20,
});
const vector = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
const chunk = fc.record({ words: text, vector: fc.option(vector) }).map(({ words, vector }): NewChunk => {
  const said = words.join(" ").replaceAll("\0", " ");
  return { start: 0, tokens: words.length, text: said, embedding: vector && Float32Array.from(vector) };
});
const corpus = fc.array(
  fc.record({ store: fc.constantFrom("vs_1", "vs_2"), chunks: fc.array(chunk, { maxLength: 6 }) }),
  {
    minLength: 1,
    maxLength: 5,
  },
);
type Corpus = typeof corpus extends fc.Arbitrary<infer C> ? C : never;

async function fill(store: Store, files: Corpus): Promise<void> {
  for (const [index, { store: vectorStoreId, chunks }] of files.entries()) {
    const id = `file-${index}`;
    await store.insert(vectorStoreFiles, {
      batchId: null,
      attempt: "a",
      file: {
        id,
        object: "vector_store.file",
        created_at: 0,
        usage_bytes: 0,
        vector_store_id: vectorStoreId,
        status: "completed",
        last_error: null,
        chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } },
        attributes: {},
      },
    });
    // In portions, as files are indexed.
    await store.chunks.append(vectorStoreId, id, chunks.slice(0, 4));
    await store.chunks.append(vectorStoreId, id, chunks.slice(4));
  }
}

/** What a search finds, the best first: the passage, and its score to the last bit. */
async function found(store: Store, query: string, vector: number[] | undefined): Promise<[string, number][]> {
  const library = await openLibrary(store, ["vs_1", "vs_2"]);
  const best = ranked(await rankChunks(store.chunks, library, query, vector), 0);
  const texts = await store.chunks.texts(best.map(({ chunk }) => chunk));
  return best.map(({ chunk, score }) => [texts.get(chunk) ?? "", score]);
}

describeOnPostgres("a search on PostgreSQL", () => {
  const open = storesOfOneDatabase();
  const files = openStore({ database: ":memory:" });
  afterAll(async () => (await files).close());

  test("finds what it finds on SQLite, in the same order and with the same scores", async () => {
    const [sqlite, postgres] = [await files, await open()];
    await fc.assert(
      fc.asyncProperty(corpus, text, fc.option(vector), async (given, words, vector) => {
        for (const store of [sqlite, postgres]) {
          await store.clear();
          await fill(store, given);
        }
        const query = words.join(" ");
        const here = await found(postgres, query, vector ?? undefined);
        expect(here).toEqual(await found(sqlite, query, vector ?? undefined));
      }),
      { numRuns: 25 },
    );
  });
});
