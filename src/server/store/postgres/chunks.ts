import type { Chunks, NewChunk } from "../store.ts";
import type { WordSplitter } from "../sqlite/words.ts";
import type { Ask } from "./session.ts";

/** The chunks of a tenant. SQLite's index decides what a word is and how often it is in a text, so that both kinds of databases find the same. */
export function postgresChunks(ask: Ask, tenant: string, splitter: WordSplitter): Chunks {
  return {
    async append(vectorStoreId, fileId, chunks) {
      if (chunks.length === 0) return;
      const { rows } = await ask<{ number: string }>(insertSql, [
        tenant,
        vectorStoreId,
        fileId,
        chunks.map(({ start }) => start),
        chunks.map(({ tokens }) => tokens),
        chunks.map(({ text }) => text),
        chunks.map(embeddingBytes),
      ]);
      const numbers = rows.map(({ number }) => Number(number)).toSorted((left, right) => left - right);
      const places = placesOf(splitter, chunks, numbers);
      await ask(indexSql, [tenant, vectorStoreId, fileId, JSON.stringify(places)]);
    },
    async remove(vectorStoreId, fileId) {
      await ask(
        `WITH words AS (DELETE FROM playbill.words WHERE tenant = $1 AND vector_store = $2 AND file = $3)
         DELETE FROM playbill.chunks WHERE tenant = $1 AND vector_store = $2 AND file = $3`,
        [tenant, vectorStoreId, fileId],
      );
    },
    async ofFile(vectorStoreId, fileId) {
      const { rows } = await ask<{ start: number; text: string }>(
        "SELECT start, text FROM playbill.chunks WHERE tenant = $1 AND vector_store = $2 AND file = $3 ORDER BY number",
        [tenant, vectorStoreId, fileId],
      );
      return rows.map(({ start, text }) => ({ start, text }));
    },
    async facts(vectorStoreIds) {
      const { rows } = await ask<{ number: string; vectorStoreId: string; fileId: string; tokens: number }>(
        `SELECT number, vector_store AS "vectorStoreId", file AS "fileId", tokens
         FROM playbill.chunks WHERE tenant = $1 AND vector_store = ANY($2::text[])`,
        [tenant, vectorStoreIds],
      );
      return rows.map((row) => Object.assign(row, { number: Number(row.number) }));
    },
    async texts(numbers) {
      const { rows } = await ask<{ number: string; text: string }>(
        "SELECT number, text FROM playbill.chunks WHERE tenant = $1 AND number = ANY($2::bigint[])",
        [tenant, numbers],
      );
      return new Map(rows.map(({ number, text }) => [Number(number), text]));
    },
    words: async (query) => splitter.words(query),
    async postings(vectorStoreIds, words) {
      const found = new Map(words.map((word) => [word, new Map<number, number>()]));
      const { rows } = await ask<{ word: string; chunks: string[]; counts: number[] }>(
        `SELECT word, chunks, counts FROM playbill.words
         WHERE tenant = $1 AND vector_store = ANY($2::text[]) AND word = ANY($3::text[])`,
        [tenant, vectorStoreIds, words],
      );
      for (const { word, chunks, counts } of rows)
        for (const [index, chunk] of chunks.entries()) found.get(word)?.set(Number(chunk), counts[index] ?? 0);
      return found;
    },
    async embeddings(vectorStoreId) {
      const { rows } = await ask<{ number: string; embedding: Buffer }>(
        `SELECT number, embedding FROM playbill.chunks
         WHERE tenant = $1 AND vector_store = $2 AND embedding IS NOT NULL`,
        [tenant, vectorStoreId],
      );
      return new Map(
        rows.map(({ number, embedding }) => [Number(number), new Float32Array(Uint8Array.from(embedding).buffer)]),
      );
    },
  };
}

const insertSql = `INSERT INTO playbill.chunks (tenant, vector_store, file, number, start, tokens, text, embedding)
  SELECT $1, $2, $3, nextval('playbill.chunk_numbers'), start, tokens, text, embedding
  FROM (SELECT * FROM unnest($4::int[], $5::int[], $6::text[], $7::bytea[])
    WITH ORDINALITY AS given (start, tokens, text, embedding, place) ORDER BY place) AS ordered
  RETURNING number`;
const indexSql = `INSERT INTO playbill.words (tenant, vector_store, file, word, chunks, counts)
  SELECT $1, $2, $3, word, chunks, counts
  FROM json_to_recordset($4::json) AS given (word text, chunks bigint[], counts int[])`;

function embeddingBytes({ embedding }: NewChunk): Buffer | null {
  return embedding && Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
}

interface Place {
  word: string;
  chunks: number[];
  counts: number[];
}

/** One row per word: which of the chunks contain it, and how often. */
function placesOf(splitter: WordSplitter, chunks: readonly NewChunk[], numbers: readonly number[]): Place[] {
  const places = new Map<string, Place>();
  for (const { word, text, count } of splitter.count(chunks.map(({ text }) => text))) {
    const number = numbers[text];
    if (number === undefined) throw new Error("a chunk was stored without a number");
    const place = places.get(word) ?? { word, chunks: [], counts: [] };
    place.chunks.push(number);
    place.counts.push(count);
    places.set(word, place);
  }
  return [...places.values()];
}
