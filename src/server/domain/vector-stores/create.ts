import type { Static } from "../../../schema/builder.ts";
import { notFound } from "../../http/errors.ts";
import { getFile } from "../files/files.ts";
import { checkId } from "../../http/routes/requests.ts";
import { seconds, type Services } from "../../services.ts";
import {
  vectorStores,
  type CreateVectorStore,
  type CreateVectorStoreFile,
  type VectorStore,
} from "../../wire/vector-store.ts";
import { attachFile, type Attachment } from "./attach.ts";
import { chooseChunking } from "./chunking.ts";
import { noFiles } from "./counts.ts";
import { findVectorStore } from "./store.ts";

type Needed = Pick<Services, "store" | "chunks" | "clock" | "ids">;

/** Makes a vector store, its files waiting to be indexed. Throws the ApiFailure for a file that does not exist. */
export function createVectorStore(services: Needed, body: CreateVectorStore): VectorStore {
  const { store, clock, ids } = services;
  const { file_ids: fileIds, chunking_strategy: chunking } = body;
  return store.transaction(() => {
    const now = seconds(clock);
    const id = ids("vs_");
    store.insert(vectorStores, {
      id,
      object: "vector_store",
      created_at: now,
      name: body.name ?? null,
      description: body.description ?? null,
      usage_bytes: 0,
      file_counts: noFiles,
      expires_after: body.expires_after ?? null,
      last_active_at: now,
      metadata: body.metadata ?? {},
    });
    for (const fileId of new Set(fileIds))
      attachFile(services, id, readAttachment(services, { file_id: fileId, chunking_strategy: chunking }), null);
    return findVectorStore(services, id);
  });
}

/** What a request wants to put into a vector store. Throws the ApiFailure for a file that does not exist. */
export function readAttachment(
  services: Pick<Services, "store" | "clock">,
  { file_id: fileId, attributes, chunking_strategy: chunking }: Static<typeof CreateVectorStoreFile>,
): Attachment {
  if (!getFile(services, checkId("file_id", fileId))) notFound("file", fileId);
  return { fileId, attributes: attributes ?? {}, chunking: chooseChunking(chunking) };
}
