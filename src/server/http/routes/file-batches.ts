import { Hono, type Context } from "hono";
import type { Static } from "../../../schema/builder.ts";
import { refuse } from "../errors.ts";
import { inTransaction, type Services } from "../../services.ts";
import { parser } from "../validation/validate.ts";
import type { Attachment } from "../../domain/vector-stores/attach.ts";
import { batchToWire, cancelBatch, createBatch, findBatch } from "../../domain/vector-stores/batches.ts";
import { readAttachment } from "../../domain/vector-stores/create.ts";
import { listFiles } from "../../domain/vector-stores/list.ts";
import { findVectorStore, usableVectorStore } from "../../domain/vector-stores/store.ts";
import { CreateFileBatch, type FileBatch } from "../../wire/vector-store.ts";
import { pathId, queryOf, readBody } from "./requests.ts";
import { batchFiles } from "../../domain/kinds.ts";

const parseCreate = parser(CreateFileBatch);

/** `/vector_stores/{vector_store_id}/file_batches`. */
export function fileBatchRoutes(services: Services): Hono {
  const { store, limits } = services;
  const path = "/:vector_store_id/file_batches";

  return new Hono()
    .post(path, async (context) => {
      const storeId = pathId(context, "vector_store_id");
      const body = await readBody(context, parseCreate, limits);
      const batch = await inTransaction(services, async (inside) => {
        await usableVectorStore(inside, storeId);
        return createBatch(inside, storeId, await readAttachments(inside, body));
      });
      return context.json(batchToWire(batch));
    })
    .get(`${path}/:batch_id`, async (context) => context.json(batchToWire(await batchOfPath(services, context))))
    .post(`${path}/:batch_id/cancel`, async (context) =>
      context.json(batchToWire(await cancelBatch(services, await batchOfPath(services, context)))),
    )
    .get(`${path}/:batch_id/files`, async (context) => {
      const { id } = await batchOfPath(services, context);
      return context.json(await listFiles(store, batchFiles, id, queryOf(context)));
    });
}

/** The files of a batch. Entries of `files` have their own attributes and chunking; those of the batch apply to `file_ids`. */
async function readAttachments(services: Services, body: Static<typeof CreateFileBatch>): Promise<Attachment[]> {
  const { files, file_ids: fileIds, attributes, chunking_strategy: chunking } = body;
  if (files && fileIds)
    refuse("Only one of 'file_ids' and 'files' can be given.", { param: "file_ids", code: "invalid_value" });
  if (!files && !fileIds)
    refuse("Missing required parameter: 'file_ids'.", { param: "file_ids", code: "missing_required_parameter" });
  const asked = files ?? (fileIds ?? []).map((id) => ({ file_id: id, attributes, chunking_strategy: chunking }));
  const attachments: Attachment[] = [];
  for (const [index, each] of asked.entries())
    attachments.push(await readAttachment(services, each, files ? `files[${index}].` : ""));
  return attachments;
}

async function batchOfPath(services: Services, context: Context): Promise<FileBatch> {
  const { id } = await findVectorStore(services, pathId(context, "vector_store_id"));
  return findBatch(services, id, pathId(context, "batch_id"));
}
