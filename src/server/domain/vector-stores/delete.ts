import type { Store } from "../../store/store.ts";
import { batchFiles, fileBatches, vectorStoreFiles, vectorStores } from "../kinds.ts";

/** Deletes a vector store and its index; its files stay. `false` if it does not exist. */
export function deleteVectorStore(store: Store, id: string): Promise<boolean> {
  return store.transaction(async (tx) => {
    const indexed = await tx.all(vectorStoreFiles, { parent: id });
    await Promise.all(indexed.map(({ file }) => tx.chunks.remove(id, file.id)));
    const batches = await tx.all(fileBatches, { parent: id });
    await Promise.all(batches.map((batch) => tx.removeChildren(batchFiles, batch.id)));
    await tx.removeChildren(fileBatches, id);
    await tx.removeChildren(vectorStoreFiles, id);
    return tx.remove(vectorStores, id);
  });
}
