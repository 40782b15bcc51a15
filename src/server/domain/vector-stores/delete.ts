import type { Store } from "../../store/store.ts";
import { batchFiles, fileBatches, vectorStoreFiles, vectorStores } from "../kinds.ts";

/** Deletes a vector store with everything that was indexed in it; its files stay. `false` when there is none. */
export function deleteVectorStore(store: Store, id: string): Promise<boolean> {
  return store.transaction(async (tx) => {
    for (const { file } of await tx.all(vectorStoreFiles, { parent: id })) await tx.chunks.remove(id, file.id);
    for (const batch of await tx.all(fileBatches, { parent: id })) await tx.removeChildren(batchFiles, batch.id);
    await tx.removeChildren(fileBatches, id);
    await tx.removeChildren(vectorStoreFiles, id);
    return tx.remove(vectorStores, id);
  });
}
