import { inTransaction, seconds, type Services } from "../../services.ts";
import type { Kind } from "../../store/store.ts";
import { detachFile } from "../vector-stores/attach.ts";
import type { ToolResources } from "../../wire/common.ts";
import { assistants, fileExpiries, files, threads, vectorStores } from "../kinds.ts";

type Needed = Pick<Services, "store" | "clock">;

/** Deletes a file, and takes it out of every vector store, assistant and thread. */
export function deleteFile(services: Needed, fileId: string): Promise<void> {
  return inTransaction(services, async (inside) => {
    const { store } = inside;
    for (const { id } of await store.all(vectorStores)) await detachFile(inside, id, fileId);
    await forgetFile(inside, assistants, fileId);
    await forgetFile(inside, threads, fileId);
    await store.remove(fileExpiries, fileId);
    await store.remove(files, fileId);
    await store.blobs.remove(fileId);
  });
}

/** Deletes the files whose time is over. */
export async function deleteExpiredFiles(services: Needed): Promise<void> {
  const now = seconds(services.clock);
  const expiries = await services.store.all(fileExpiries);
  for (const { id, expires_at: expiresAt } of expiries) if (expiresAt <= now) await deleteFile(services, id);
}

async function forgetFile<T extends { tool_resources: ToolResources }>(
  { store }: Needed,
  kind: Kind<T>,
  fileId: string,
): Promise<void> {
  for (const owner of await store.all(kind)) {
    const fileIds = owner.tool_resources.code_interpreter?.file_ids;
    if (!fileIds?.includes(fileId)) continue;
    const kept = { file_ids: fileIds.filter((id) => id !== fileId) };
    await store.replace(kind, { ...owner, tool_resources: { ...owner.tool_resources, code_interpreter: kept } });
  }
}
