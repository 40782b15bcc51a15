import { seconds, type Services } from "../../services.ts";
import type { Kind } from "../../store/store.ts";
import { detachFile } from "../vector-stores/attach.ts";
import { assistants } from "../../wire/assistant.ts";
import type { ToolResources } from "../../wire/common.ts";
import { fileExpiries, files } from "../../wire/file.ts";
import { threads } from "../../wire/thread.ts";
import { vectorStores } from "../../wire/vector-store.ts";

type Needed = Pick<Services, "store" | "blobs" | "chunks" | "clock">;

/** Deletes a file, and takes it out of every vector store, assistant and thread. */
export function deleteFile(services: Needed, fileId: string): void {
  const { store, blobs } = services;
  store.transaction(() => {
    for (const { id } of store.all(vectorStores)) detachFile(services, id, fileId);
    forgetFile(services, assistants, fileId);
    forgetFile(services, threads, fileId);
    store.remove(fileExpiries, fileId);
    store.remove(files, fileId);
    blobs.remove(fileId);
  });
}

/** Deletes the files whose time is over. */
export function deleteExpiredFiles(services: Needed): void {
  const now = seconds(services.clock);
  const expired = services.store.all(fileExpiries).filter(({ expires_at: expiresAt }) => expiresAt <= now);
  for (const { id } of expired) deleteFile(services, id);
}

function forgetFile<T extends { tool_resources: ToolResources }>(
  { store }: Needed,
  kind: Kind<T>,
  fileId: string,
): void {
  for (const owner of store.all(kind)) {
    const fileIds = owner.tool_resources.code_interpreter?.file_ids;
    if (!fileIds?.includes(fileId)) continue;
    const kept = { file_ids: fileIds.filter((id) => id !== fileId) };
    store.replace(kind, { ...owner, tool_resources: { ...owner.tool_resources, code_interpreter: kept } });
  }
}
