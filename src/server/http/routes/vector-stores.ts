import { Hono } from "hono";
import { notFound } from "../errors.ts";
import { listPage, listQuery } from "../paging.ts";
import { inTransaction, seconds, type Services } from "../../services.ts";
import { findPassages } from "../../search/search.ts";
import { parser } from "../validation/validate.ts";
import { createVectorStore } from "../../domain/vector-stores/create.ts";
import { deleteVectorStore } from "../../domain/vector-stores/delete.ts";
import { findVectorStore, usableVectorStore, vectorStoreToWire } from "../../domain/vector-stores/store.ts";
import { CreateVectorStore, ModifyVectorStore, SearchVectorStore, type VectorStore } from "../../wire/vector-store.ts";
import { pathId, queryOf, readBody } from "./requests.ts";
import { vectorStores } from "../../domain/kinds.ts";

const parseCreate = parser(CreateVectorStore);
const parseModify = parser(ModifyVectorStore);
const parseSearch = parser(SearchVectorStore);

/** `/vector_stores`, without the routes of their files and batches. */
export function vectorStoreRoutes(services: Services): Hono {
  const { store, clock, limits } = services;
  const toWire = (found: VectorStore) => vectorStoreToWire(found, seconds(clock));

  return new Hono()
    .post("/", async (context) => {
      const created = await createVectorStore(services, await readBody(context, parseCreate, limits));
      return context.json(toWire(created));
    })
    .get("/", async (context) => {
      const page = await listPage(store, vectorStores, "vector store", listQuery(queryOf(context)));
      return context.json({ ...page, data: page.data.map(toWire) });
    })
    .get("/:vector_store_id", async (context) =>
      context.json(toWire(await findVectorStore(services, pathId(context, "vector_store_id")))),
    )
    .post("/:vector_store_id", async (context) => {
      const id = pathId(context, "vector_store_id");
      const changes = await readBody(context, parseModify, limits);
      const changed = await inTransaction(services, async (inside): Promise<VectorStore> => {
        const current = await usableVectorStore(inside, id);
        const { metadata = current.metadata, ...fields } = changes;
        const next: VectorStore = { ...current, ...fields, metadata: metadata ?? {}, last_active_at: seconds(clock) };
        await inside.store.replace(vectorStores, next);
        return next;
      });
      return context.json(toWire(changed));
    })
    .delete("/:vector_store_id", async (context) => {
      const id = pathId(context, "vector_store_id");
      if (!(await deleteVectorStore(store, id))) notFound("vector store", id);
      return context.json({ id, object: "vector_store.deleted", deleted: true });
    })
    .post("/:vector_store_id/search", async (context) => {
      const id = pathId(context, "vector_store_id");
      const {
        query,
        max_num_results: most,
        filters,
        ranking_options: ranking,
      } = await readBody(context, parseSearch, limits);
      const queries = typeof query === "string" ? [query] : query;
      const request = {
        vectorStoreIds: [id],
        queries,
        maxNumResults: most ?? 10,
        scoreThreshold: ranking?.score_threshold ?? 0,
        filters: filters ?? null,
      };
      const results = await findPassages(services, request, context.req.raw.signal);
      const data = results.map(({ fileId, filename, score, attributes, content }) => ({
        file_id: fileId,
        filename,
        score,
        attributes,
        content: content.map((text) => ({ type: "text", text })),
      }));
      // The request has no parameter for a next page.
      const page = { data, has_more: false, next_page: null };
      return context.json({ object: "vector_store.search_results.page", search_query: queries, ...page });
    });
}
