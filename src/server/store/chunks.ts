/** A part of a file's text, ready to be found. */
export interface NewChunk {
  /** Where it begins in the text, in UTF-16 units. */
  start: number;
  tokens: number;
  text: string;
  /** What the text means to the model, or `null`. */
  embedding: Float32Array | null;
}

/** What a search needs to know of a chunk before it is found. Numbers grow in the order of storing. */
export interface ChunkFacts {
  number: number;
  vectorStoreId: string;
  fileId: string;
  tokens: number;
}

/** Keeps the chunks of the files of vector stores, and finds them by their words. */
export interface Chunks {
  append(vectorStoreId: string, fileId: string, chunks: readonly NewChunk[]): void;
  remove(vectorStoreId: string, fileId: string): void;
  /** A file's chunks, in the order of its text. */
  ofFile(vectorStoreId: string, fileId: string): { start: number; text: string }[];
  /** All chunks of these stores, in no order. */
  facts(vectorStoreIds: readonly string[]): ChunkFacts[];
  text(number: number): string;
  /** The words of a query as the index knows them (stemmed, without accents), each once. Any text is a query. */
  words(query: string): string[];
  /** How often a word stands in each chunk of any store, by the chunk's number. */
  postings(word: string): Map<number, number>;
  /** The embeddings of a store's chunks, by their number. */
  embeddings(vectorStoreId: string): Map<number, Float32Array>;
}
