import type { Services } from "../../services.ts";
import { batchFiles, fileBatches, vectorStoreFiles, vectorStores } from "../../wire/vector-store.ts";

/** Deletes a vector store with everything that was indexed in it; its files stay. `false` when there is none. */
export function deleteVectorStore({ store, chunks }: Pick<Services, "store" | "chunks">, id: string): boolean {
  return store.transaction(() => {
    for (const { file } of store.all(vectorStoreFiles, { parent: id })) chunks.remove(id, file.id);
    for (const batch of store.all(fileBatches, { parent: id })) store.removeChildren(batchFiles, batch.id);
    store.removeChildren(fileBatches, id);
    store.removeChildren(vectorStoreFiles, id);
    return store.remove(vectorStores, id);
  });
}
