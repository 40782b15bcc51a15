import type { Chunks, Store } from "../store/store.ts";
import { type VectorStoreFile } from "../wire/vector-store.ts";
import { bm25, cosine, fuse, topicOf, type ChunkLengths, type Postings } from "./rank.ts";
import { fileKey, vectorStoreFiles } from "../domain/kinds.ts";

/** The chunks that a search covers: those of completely indexed files. */
export interface Library {
  vectorStoreIds: readonly string[];
  lengths: ChunkLengths;
  fileOf(chunk: number): VectorStoreFile;
}

/** Reads the current contents of some vector stores. */
export async function openLibrary(store: Store, vectorStoreIds: readonly string[]): Promise<Library> {
  const [facts, ...records] = await Promise.all([
    store.chunks.facts(vectorStoreIds),
    ...vectorStoreIds.map((parent) => store.all(vectorStoreFiles, { parent, tags: ["completed"] })),
  ]);
  const files = new Map(records.flat().map((record) => [vectorStoreFiles.key(record), record.file]));
  const owners = new Map<number, VectorStoreFile>();
  const lengths = new Map<number, number>();
  for (const { number, tokens, vectorStoreId, fileId } of facts) {
    const file = files.get(fileKey(vectorStoreId, fileId));
    if (!file) continue;
    owners.set(number, file);
    lengths.set(number, tokens);
  }
  return {
    vectorStoreIds,
    lengths,
    fileOf(chunk) {
      const file = owners.get(chunk);
      if (!file) throw new Error(`chunk ${chunk} belongs to no file that was searched`);
      return file;
    },
  };
}

/** The score of each chunk for a query: by its words and, if the query has an embedding, by its meaning too. */
export async function rankChunks(
  chunks: Chunks,
  { lengths, vectorStoreIds }: Library,
  query: string,
  vector: number[] | undefined,
): Promise<ReadonlyMap<number, number>> {
  const within = (postings: Postings): Postings => new Map([...postings].filter(([chunk]) => lengths.has(chunk)));
  const words = await chunks.words(topicOf(query));
  const found = await chunks.postings(vectorStoreIds, words);
  const byWords = bm25(
    words.map((word) => within(found.get(word) ?? new Map())),
    lengths,
  );
  if (!vector) return byWords;
  const embedded = await Promise.all(vectorStoreIds.map((id) => chunks.embeddings(id)));
  const byMeaning = new Map<number, number>();
  for (const each of embedded)
    for (const [chunk, embedding] of each) if (lengths.has(chunk)) byMeaning.set(chunk, cosine(vector, embedding));
  return fuse(byWords, byMeaning);
}
