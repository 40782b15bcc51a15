import type { Services, VectorStores } from "../../services.ts";
import type { FileReader } from "../../search/reader/reader.ts";
import { fileKey, vectorStoreFiles, vectorStores } from "../../wire/vector-store.ts";
import { attachFile } from "./attach.ts";
import { createVectorStore, readAttachment } from "./create.ts";
import { createIndexer } from "./indexer.ts";
import { usableVectorStore } from "./store.ts";

type Needed = Pick<Services, "store" | "blobs" | "chunks" | "model" | "clock" | "ids" | "limits" | "log"> & {
  reader: FileReader;
};

/** Vector stores, as the rest of the server asks for them. Files that a crash left waiting are indexed from here on. */
export function createVectorStores(services: Needed): VectorStores {
  const { store } = services;
  const indexer = createIndexer(services);
  indexer.wake();
  return {
    ...indexer,
    exists: (id) => store.get(vectorStores, id) !== null,
    create(request, expiresAfterDays) {
      const expiresAfter =
        expiresAfterDays === null ? null : { anchor: "last_active_at" as const, days: expiresAfterDays };
      const { id } = createVectorStore(services, { ...request, expires_after: expiresAfter });
      indexer.wake();
      return id;
    },
    addFiles(id, fileIds) {
      usableVectorStore(services, id);
      const missing = fileIds.filter((fileId) => !store.get(vectorStoreFiles, fileKey(id, fileId)));
      for (const fileId of new Set(missing))
        attachFile(services, id, readAttachment(services, { file_id: fileId }), null);
      indexer.wake();
    },
  };
}
