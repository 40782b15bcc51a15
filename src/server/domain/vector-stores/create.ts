import type { Static } from "../../../schema/builder.ts";
import { refuse } from "../../http/errors.ts";
import { formatOfBytes, formatOfName } from "../../search/parse/format.ts";
import { findAttachable } from "../files/files.ts";
import { inTransaction, seconds, type Services } from "../../services.ts";
import { type CreateVectorStore, type CreateVectorStoreFile, type VectorStore } from "../../wire/vector-store.ts";
import { attachFile, type Attachment } from "./attach.ts";
import { chooseChunking } from "./chunking.ts";
import { noFiles } from "./counts.ts";
import { findVectorStore, usableVectorStore } from "./store.ts";
import { fileKey, vectorStoreFiles, vectorStores } from "../kinds.ts";

type Needed = Pick<Services, "store" | "clock" | "ids" | "indexer">;

/**
 * Creates a vector store, its files waiting to be indexed. Throws an ApiFailure for a file that does not exist, and for an invalid chunking,
 * even when it is created without files; `place` is where the body is in the request, for example `vector_stores[0].`.
 */
export async function createVectorStore(services: Needed, body: CreateVectorStore, place = ""): Promise<VectorStore> {
  const { file_ids: fileIds, chunking_strategy: chunking } = body;
  chooseChunking(chunking, `${place}chunking_strategy`);
  return inTransaction(services, async (inside) => {
    const { store, clock, ids } = inside;
    const now = seconds(clock);
    const id = ids("vs_");
    await store.insert(vectorStores, {
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
      await attachFile(inside, id, await readReadable(inside, { file_id: fileId, chunking_strategy: chunking }), null);
    return findVectorStore(inside, id);
  });
}

/** Adds files to a vector store; those already in it stay as they are. Must be called in a transaction. Throws an ApiFailure. */
export async function addFiles(services: Needed, vectorStoreId: string, fileIds: readonly string[]): Promise<void> {
  await usableVectorStore(services, vectorStoreId);
  for (const fileId of new Set(fileIds))
    if ((await services.store.get(vectorStoreFiles, fileKey(vectorStoreId, fileId))) === null)
      await attachFile(services, vectorStoreId, await readReadable(services, { file_id: fileId }), null);
}

/** The file that a request wants to add to a vector store. Throws an ApiFailure if the file does not exist; `place` is where it is in the request. */
export async function readAttachment(
  services: Pick<Services, "store" | "clock">,
  { file_id: fileId, attributes, chunking_strategy: chunking }: Static<typeof CreateVectorStoreFile>,
  place = "",
): Promise<Attachment> {
  await findAttachable(services, fileId);
  return { fileId, attributes: attributes ?? {}, chunking: chooseChunking(chunking, `${place}chunking_strategy`) };
}

/**
 * The same for a file that is added on its own. Throws a 400 for one that file search cannot read; in a batch, such a file fails later, on
 * its own.
 */
export async function readReadable(
  services: Pick<Services, "store" | "clock">,
  body: Static<typeof CreateVectorStoreFile>,
): Promise<Attachment> {
  const attachment = await readAttachment(services, body);
  const { filename } = await findAttachable(services, body.file_id);
  if (formatOfName(filename) === null && (await firstFormat(services, body.file_id)) === null) {
    const extension = /\.[^./\\]+$/.exec(filename)?.[0].toLowerCase() ?? "none";
    refuse(
      `Files with extensions [${extension}] are not supported for retrieval. See https://platform.openai.com/docs/assistants/tools/file-search/supported-files`,
      { param: "file_ids", code: "unsupported_file" },
    );
  }
  return attachment;
}

async function firstFormat({ store }: Pick<Services, "store">, fileId: string) {
  for await (const part of store.blobs.parts(fileId)) return formatOfBytes(part);
  return formatOfBytes(new Uint8Array());
}
