import { inTransaction, seconds, type Services } from "../../services.ts";
import { replaced, type Kind } from "../../store/store.ts";
import { detachFile } from "../vector-stores/attach.ts";
import type { ToolResources } from "../../wire/common.ts";
import { assistants, fileExpiries, files, threads, vectorStores } from "../kinds.ts";

type Needed = Pick<Services, "store" | "clock">;

/** Deletes a file, and removes it from every vector store and assistant, and then from each thread. */
export async function deleteFile(services: Needed, fileId: string): Promise<void> {
  await inTransaction(services, async (inside) => {
    const { store } = inside;
    for (const { id } of await store.all(vectorStores)) await detachFile(inside, id, fileId);
    await forgetFile(inside, assistants, fileId);
    await store.remove(fileExpiries, fileId);
    await store.remove(files, fileId);
    await store.blobs.remove(fileId);
  });
  await forgetFile(services, threads, fileId);
}

/** Deletes the expired files. */
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
    if (!namesFile(owner, fileId)) continue;
    await store.revise(kind, kind.key(owner), (current) => ({
      writes: current && namesFile(current, fileId) ? [replaced(kind, withoutFile(current, fileId))] : [],
      result: null,
    }));
  }
}

function namesFile({ tool_resources: resources }: { tool_resources: ToolResources }, fileId: string): boolean {
  return resources.code_interpreter?.file_ids?.includes(fileId) ?? false;
}

function withoutFile<T extends { tool_resources: ToolResources }>(owner: T, fileId: string): T {
  const kept = { file_ids: owner.tool_resources.code_interpreter?.file_ids?.filter((id) => id !== fileId) ?? [] };
  return { ...owner, tool_resources: { ...owner.tool_resources, code_interpreter: kept } };
}
