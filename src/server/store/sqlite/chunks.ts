import type { DatabaseSync } from "node:sqlite";
import type { ChunkFacts, NewChunk } from "../store.ts";
import { searchable } from "./searchable.ts";
import { createWordSplitter } from "./words.ts";

/** Chunks of an open database. All work is done when a call returns; see `Chunks`. */
export interface SqliteChunks {
  append(vectorStoreId: string, fileId: string, chunks: readonly NewChunk[]): void;
  remove(vectorStoreId: string, fileId: string): void;
  ofFile(vectorStoreId: string, fileId: string): { start: number; text: string }[];
  facts(vectorStoreIds: readonly string[]): ChunkFacts[];
  texts(numbers: readonly number[]): Map<number, string>;
  words(query: string): string[];
  postings(words: readonly string[]): Map<string, Map<number, number>>;
  embeddings(vectorStoreId: string): Map<number, Float32Array>;
}

/** The chunks of an open database (see `openDatabase`). FTS5 splits, stems and stores the words; a query is split by the same rules. */
export function sqliteChunks(database: DatabaseSync): SqliteChunks {
  const splitter = createWordSplitter(database);
  const insert = database.prepare(
    "INSERT INTO chunks (vector_store, file, start, tokens, text, embedding) VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
  );
  const index = database.prepare("INSERT INTO words (rowid, text) VALUES (?, ?)");
  const forget = database.prepare(
    "DELETE FROM words WHERE rowid IN (SELECT number FROM chunks WHERE vector_store = ? AND file = ?)",
  );
  const remove = database.prepare("DELETE FROM chunks WHERE vector_store = ? AND file = ?");
  const ofFile = database.prepare("SELECT start, text FROM chunks WHERE vector_store = ? AND file = ? ORDER BY number");
  const facts = database.prepare("SELECT number, file, tokens FROM chunks WHERE vector_store = ?");
  const text = database.prepare("SELECT text FROM chunks WHERE number = ?");
  const places = database.prepare("SELECT doc, count(*) AS count FROM word_places WHERE term = ? GROUP BY doc");
  const embeddings = database.prepare(
    "SELECT number, embedding FROM chunks WHERE vector_store = ? AND embedding IS NOT NULL",
  );

  return {
    append(vectorStoreId, fileId, chunks) {
      for (const { start, tokens, text, embedding } of chunks) {
        const bytes = embedding && new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength);
        const row = insert.get(vectorStoreId, fileId, start, tokens, text, bytes);
        index.run(Number(row?.["number"]), searchable(text));
      }
    },
    remove(vectorStoreId, fileId) {
      forget.run(vectorStoreId, fileId);
      remove.run(vectorStoreId, fileId);
    },
    ofFile: (vectorStoreId, fileId) =>
      ofFile.all(vectorStoreId, fileId).map(({ start, text }) => ({ start: Number(start), text: String(text) })),
    facts: (vectorStoreIds) =>
      vectorStoreIds.flatMap((vectorStoreId) =>
        facts.all(vectorStoreId).map(({ number, file, tokens }) => ({
          number: Number(number),
          vectorStoreId,
          fileId: String(file),
          tokens: Number(tokens),
        })),
      ),
    texts: (numbers) =>
      new Map(
        numbers.flatMap((number) => {
          const row = text.get(number);
          return row ? [[number, String(row["text"])] as const] : [];
        }),
      ),
    words: (query) => splitter.words(query),
    postings: (words) =>
      new Map(
        words.map((word) => [word, new Map(places.all(word).map(({ doc, count }) => [Number(doc), Number(count)]))]),
      ),
    embeddings: (vectorStoreId) =>
      new Map(
        embeddings.all(vectorStoreId).map(({ number, embedding }) => {
          const bytes = Uint8Array.from(embedding as Uint8Array);
          return [Number(number), new Float32Array(bytes.buffer)];
        }),
      ),
  };
}
