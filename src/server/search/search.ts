import { ApiFailure } from "../http/errors.ts";
import { ModelFailure } from "../models/model.ts";
import { inTransaction, type Services } from "../services.ts";
import { touch, usableVectorStore } from "../domain/vector-stores/store.ts";
import type { FileSearch, SearchRequest, SearchResult } from "../tools.ts";
import { parseFilter, passes } from "./filter.ts";
import { openLibrary, rankChunks } from "./library.ts";
import { bestOf, ranked } from "./rank.ts";
import { files } from "../domain/kinds.ts";

type Needed = Pick<Services, "store" | "model" | "clock">;

/** The maximum length of a query; the rest of a longer one is ignored. */
const longestQuery = 4096;

/** Finds passages for runs. A vector store that expired or is gone fails the run with a message that states it. */
export function createFileSearch(services: Needed): FileSearch {
  return {
    async search({ query, ...request }, signal) {
      try {
        return await findPassages(services, { ...request, queries: [query] }, signal);
      } catch (error) {
        if (error instanceof ApiFailure) throw new ModelFailure("server_error", error.message, { cause: error });
        throw error;
      }
    },
  };
}

/** The best passages for any of several queries. Throws an ApiFailure for a store that cannot be searched or an invalid filter. */
export async function findPassages(
  services: Needed,
  request: Omit<SearchRequest, "query"> & { queries: string[] },
  signal: AbortSignal,
): Promise<SearchResult[]> {
  const { store, model } = services;
  const { chunks } = store;
  const { vectorStoreIds, filters, scoreThreshold, maxNumResults } = request;
  const filter = filters === null ? null : parseFilter(filters);
  await inTransaction(services, async (inside) => {
    for (const id of vectorStoreIds) {
      await usableVectorStore(inside, id);
      await touch(inside, id);
    }
  });
  const queries = request.queries.map((query) => query.slice(0, longestQuery));
  const vectors = await model.embed?.(queries, signal);

  const library = await openLibrary(store, vectorStoreIds);
  const rankings = await Promise.all(
    queries.map((query, index) => rankChunks(chunks, library, query, vectors?.[index])),
  );
  const found = ranked(bestOf(rankings), scoreThreshold)
    .flatMap(({ chunk, score }) => ({ chunk, score, file: library.fileOf(chunk) }))
    .filter(({ file }) => filter === null || passes(filter, file.attributes));
  const best = found.slice(0, maxNumResults);
  const fileIds = [...new Set(best.map(({ file }) => file.id))];
  const [texts, ...named] = await Promise.all([
    chunks.texts(best.map(({ chunk }) => chunk)),
    ...fileIds.map((id) => store.get(files, id)),
  ]);
  const names = new Map(named.map((file) => [file?.id, file?.filename]));
  return best.map(({ chunk, score, file }) => ({
    fileId: file.id,
    filename: names.get(file.id) ?? "",
    score,
    attributes: file.attributes,
    content: [texts.get(chunk) ?? ""],
  }));
}
