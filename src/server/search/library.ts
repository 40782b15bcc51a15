import type { Services } from "../services.ts";
import type { ChunkFacts, Chunks } from "../store/chunks.ts";
import { fileKey, vectorStoreFiles, type VectorStoreFile } from "../wire/vector-store.ts";
import { bm25, cosine, fuse, topicOf, type ChunkLengths, type Postings } from "./rank.ts";

/** The chunks that a search looks through: those of files that are indexed to the end. */
export interface Library {
  vectorStoreIds: readonly string[];
  lengths: ChunkLengths;
  fileOf(chunk: number): VectorStoreFile;
}

/** Looks up what some vector stores hold now. */
export function openLibrary(
  { store, chunks }: Pick<Services, "store" | "chunks">,
  vectorStoreIds: readonly string[],
): Library {
  const files = new Map<string, VectorStoreFile | null>();
  const indexedFile = ({ vectorStoreId, fileId }: ChunkFacts): VectorStoreFile | null => {
    const key = fileKey(vectorStoreId, fileId);
    const known = files.get(key);
    if (known !== undefined) return known;
    const found = store.get(vectorStoreFiles, key)?.file;
    const indexed = found?.status === "completed" ? found : null;
    files.set(key, indexed);
    return indexed;
  };
  const searched = chunks.facts(vectorStoreIds).flatMap((facts) => {
    const file = indexedFile(facts);
    return file ? [{ ...facts, file }] : [];
  });
  const owners = new Map(searched.map(({ number, file }) => [number, file]));
  return {
    vectorStoreIds,
    lengths: new Map(searched.map(({ number, tokens }) => [number, tokens])),
    fileOf(chunk) {
      const file = owners.get(chunk);
      if (!file) throw new Error(`chunk ${chunk} is of no file that was searched`);
      return file;
    },
  };
}

/** How good each chunk is for a query, by its words and, when there is a vector of the query, by its meaning too. */
export function rankChunks(
  chunks: Chunks,
  { lengths, vectorStoreIds }: Library,
  query: string,
  vector: number[] | undefined,
): ReadonlyMap<number, number> {
  const within = (postings: Postings): Postings => new Map([...postings].filter(([chunk]) => lengths.has(chunk)));
  const byWords = bm25(
    chunks.words(topicOf(query)).map((word) => within(chunks.postings(word))),
    lengths,
  );
  if (!vector) return byWords;
  const embedded = vectorStoreIds.flatMap((id) => [...chunks.embeddings(id)]).filter(([chunk]) => lengths.has(chunk));
  return fuse(byWords, new Map(embedded.map(([chunk, embedding]) => [chunk, cosine(vector, embedding)])));
}
