import { Hono, type Context } from "hono";
import { ApiFailure } from "../errors.ts";
import { inTransaction, type Services } from "../../services.ts";
import { parser } from "../validation/validate.ts";
import { attachFile, detachFile, updateFile } from "../../domain/vector-stores/attach.ts";
import { indexedText } from "../../domain/vector-stores/content.ts";
import { readReadable } from "../../domain/vector-stores/create.ts";
import { listFiles } from "../../domain/vector-stores/list.ts";
import { findVectorStore, usableVectorStore } from "../../domain/vector-stores/store.ts";
import { CreateVectorStoreFile, ModifyVectorStoreFile, type VectorStoreFile } from "../../wire/vector-store.ts";
import { pathId, queryOf, readBody } from "./requests.ts";
import { fileKey, vectorStoreFiles } from "../../domain/kinds.ts";

const parseCreate = parser(CreateVectorStoreFile);
const parseModify = parser(ModifyVectorStoreFile);

/** `/vector_stores/{vector_store_id}/files`. */
export function vectorStoreFileRoutes(services: Services): Hono {
  const { store, limits } = services;
  const path = "/:vector_store_id/files";

  return new Hono()
    .post(path, async (context) => {
      const storeId = pathId(context, "vector_store_id");
      const body = await readBody(context, parseCreate, limits);
      const file = await inTransaction(services, async (inside) => {
        await usableVectorStore(inside, storeId);
        return attachFile(inside, storeId, await readReadable(inside, body), null);
      });
      return context.json(file);
    })
    .get(path, async (context) => {
      const { id } = await findVectorStore(services, pathId(context, "vector_store_id"));
      return context.json(await listFiles(store, vectorStoreFiles, id, queryOf(context)));
    })
    .get(`${path}/:file_id`, async (context) => context.json(await fileOfPath(services, context)))
    .post(`${path}/:file_id`, async (context) => {
      const { attributes } = await readBody(context, parseModify, limits);
      const file = await inTransaction(services, async (inside) => {
        await updateFile(inside, await fileOfPath(inside, context), { attributes: attributes ?? {} });
        return fileOfPath(inside, context);
      });
      return context.json(file);
    })
    .delete(`${path}/:file_id`, async (context) => {
      const { id, vector_store_id: storeId } = await fileOfPath(services, context);
      await detachFile(services, storeId, id);
      return context.json({ id, object: "vector_store.file.deleted", deleted: true });
    })
    .get(`${path}/:file_id/content`, async (context) => {
      const { id, vector_store_id: storeId } = await fileOfPath(services, context);
      const text = await indexedText(services, storeId, id);
      const data = text === "" ? [] : [{ type: "text", text }];
      return context.json({ object: "vector_store.file_content.page", data, has_more: false, next_page: null });
    });
}

/** The file that the path names. Throws a 404 for an unknown vector store, or a file that is not in it. */
async function fileOfPath(services: Services, context: Context): Promise<VectorStoreFile> {
  const { id: storeId } = await findVectorStore(services, pathId(context, "vector_store_id"));
  const fileId = pathId(context, "file_id");
  const record = await services.store.get(vectorStoreFiles, fileKey(storeId, fileId));
  if (!record) throw new ApiFailure(404, `No file found with id '${fileId}' in vector store '${storeId}'.`);
  return record.file;
}
