import { deleteFile } from "../domain/files/delete.ts";
import { findAttachable, getFile } from "../domain/files/files.ts";
import { interpreterSessions, sandboxFiles, type SandboxFile } from "../domain/kinds.ts";
import { ApiFailure, refuse } from "../http/errors.ts";
import { workspace } from "../python/workspace.ts";
import { inTransaction, seconds, type Services } from "../services.ts";
import { kind, type Store } from "../store/store.ts";
import type { ContainerFileObject, ContainerObject, CreateContainer } from "../wire/container.ts";
import type { FileObject } from "../wire/file.ts";
import type { Item } from "../wire/item.ts";
import type { ResponseTool } from "../wire/response.ts";
import { containerFileId } from "./message-writer.ts";

/** A container in the store: its time of last use decides whether it is running. */
export type ContainerRecord = Omit<ContainerObject, "status">;

/** Containers in the store. */
export const containers = kind<ContainerRecord>("container");

type Needed = Pick<Services, "store" | "clock" | "ids">;

type Removing = Pick<Services, "store" | "clock" | "codeInterpreter">;

/** How long an expired container is still known, so that a conversation that continues gets an error about it. */
const knownSeconds = 24 * 60 * 60;

/** Minutes after its last use, by default. */
const idleMinutes = 20;

/** Stores a container with the requested files. Throws an ApiFailure for a file that does not exist. */
export async function createContainer(services: Needed, body: CreateContainer): Promise<ContainerRecord> {
  const { clock, ids } = services;
  for (const fileId of body.file_ids ?? []) await findAttachable(services, fileId, "file_ids");
  const now = seconds(clock);
  const record: ContainerRecord = {
    id: ids("cntr_"),
    object: "container",
    created_at: now,
    expires_after: { anchor: "last_active_at", minutes: body.expires_after?.minutes ?? idleMinutes },
    last_active_at: now,
    memory_limit: body.memory_limit ?? "1g",
    name: body.name,
  };
  await inTransaction(
    services,
    async (inside) => {
      await inside.store.insert(containers, record);
      for (const fileId of body.file_ids ?? []) await putFile(inside, record.id, fileId);
    },
    { thread: record.id, shared: true },
  );
  return record;
}

/** Returns the container. Throws a 404 if it does not exist. */
export async function findContainer(store: Store, id: string): Promise<ContainerRecord> {
  const found = await store.get(containers, id);
  if (!found) throw new ApiFailure(404, `Container with id '${id}' not found.`);
  return found;
}

/** The container as the API returns it now. */
export function containerToWire(record: ContainerRecord, now: number): ContainerObject {
  return { ...record, status: isExpired(record, now) ? "expired" : "running" };
}

function isExpired(
  { last_active_at: lastActiveAt, expires_after: { minutes } }: ContainerRecord,
  now: number,
): boolean {
  return lastActiveAt + minutes * 60 <= now;
}

/** The 400 for the use of an expired container. */
export function refuseExpired(): never {
  refuse("Container is expired.", { code: "container_expired" });
}

/** Returns a container that can be used. Throws a 404 if it does not exist, and a 400 if it has expired. */
export async function usableContainer({ store, clock }: Needed, id: string): Promise<ContainerRecord> {
  const found = await findContainer(store, id);
  return isExpired(found, seconds(clock)) ? refuseExpired() : found;
}

/** Records its use, which postpones its expiry. */
export async function touchContainer({ store, clock }: Pick<Services, "store" | "clock">, id: string): Promise<void> {
  const found = await store.get(containers, id);
  if (found) await store.replace(containers, { ...found, last_active_at: seconds(clock) });
}

/**
 * The container of a response that may run code, or `null`: the named one, or the last one used before, or a new one. A container that was used before and has
 * expired is refused, as in the original.
 */
export async function containerFor(
  services: Needed,
  tools: readonly ResponseTool[],
  before: readonly Item[],
): Promise<string | null> {
  const tool = tools.find((each) => each.type === "code_interpreter");
  if (tool === undefined) return null;
  const { container } = tool;
  if (typeof container === "string") return (await usableContainer(services, container)).id;
  const last = before.findLast((item) => item.type === "code_interpreter_call");
  if (last !== undefined) return (await usableContainer(services, last.container_id)).id;
  const { file_ids: fileIds = [], memory_limit: memory = null } = container;
  const made = await createContainer(services, { name: "auto", file_ids: fileIds, memory_limit: memory });
  return made.id;
}

/** A file of a container: its stored form, its form in the API, and the File object with its content. */
export interface ContainerFile {
  file: SandboxFile;
  object: ContainerFileObject;
  stored: FileObject;
}

/** Adds a stored file to a container, where code finds it. Throws an ApiFailure if there is no such file. */
export async function putFile(
  services: Pick<Services, "store" | "clock">,
  containerId: string,
  fileId: string,
  isUploaded = false,
): Promise<ContainerFileObject> {
  const stored = await findAttachable(services, fileId, "file_id");
  const path = `${workspace}/${stored.filename}`;
  const id = `${containerId}${path}`;
  const file: SandboxFile = { id, thread_id: containerId, path, file_id: fileId, source: "user", isUploaded };
  if (!(await services.store.replace(sandboxFiles, file))) await services.store.insert(sandboxFiles, file);
  return toObject(file, stored);
}

/** The ids of the files that were added to a container. */
export async function filesOfContainer({ store }: Pick<Services, "store">, containerId: string): Promise<string[]> {
  const all = await store.all(sandboxFiles, { parent: containerId });
  return all.filter(({ source }) => source === "user").map(({ file_id: fileId }) => fileId);
}

/** The existing files of a container, oldest first. */
export async function filesIn(
  services: Pick<Services, "store" | "clock">,
  containerId: string,
): Promise<ContainerFile[]> {
  const all = await services.store.all(sandboxFiles, { parent: containerId });
  const found = await Promise.all(
    all.map(async (file) => {
      const stored = await getFile(services, file.file_id);
      return stored && { file, stored, object: toObject(file, stored) };
    }),
  );
  return found.filter((each) => each !== null);
}

function toObject({ thread_id: containerId, path, source }: SandboxFile, stored: FileObject): ContainerFileObject {
  return {
    id: containerFileId(stored.id),
    object: "container.file",
    created_at: stored.created_at,
    bytes: stored.bytes,
    container_id: containerId,
    path,
    source: source ?? "assistant",
  };
}

/** The file of a container by its id. Throws a 404 if it does not exist. */
export async function findContainerFile(
  services: Pick<Services, "store" | "clock">,
  containerId: string,
  id: string,
): Promise<ContainerFile> {
  const found = (await filesIn(services, containerId)).find(({ object }) => object.id === id);
  if (!found) throw new ApiFailure(404, `Container file with id '${id}' not found.`);
  return found;
}

/** Removes a container and everything in it. Throws a 404 if it does not exist. */
export async function removeContainer(services: Removing, id: string): Promise<void> {
  await findContainer(services.store, id);
  await removeAll(services, id);
}

/** Removes the containers that expired a day ago, oldest first; those after containers that are still known have to wait. */
export async function sweepContainers(services: Removing): Promise<void> {
  const { store, clock } = services;
  const before = seconds(clock) - knownSeconds;
  for (;;) {
    const { data } = await store.page(containers, { order: "asc", limit: 100 });
    const gone = data.filter((record) => isExpired(record, before));
    if (gone.length === 0) return;
    for (const { id } of gone) await removeAll(services, id);
  }
}

/** The container's record is removed last, so that an interrupted removal can be repeated. */
async function removeAll(services: Removing, id: string): Promise<void> {
  const { store, codeInterpreter } = services;
  for (const file of await store.all(sandboxFiles, { parent: id })) await removeBytes(services, file);
  await store.transaction(
    async (tx) => {
      await tx.removeChildren(sandboxFiles, id);
      await tx.removeChildren(interpreterSessions, id);
      await tx.remove(containers, id);
    },
    { thread: id, shared: true },
  );
  await codeInterpreter.endSession(id);
}

/** Files that code wrote or that were uploaded to the container are removed with it; a File object that was only added stays. */
async function removeBytes(services: Removing, { file_id: fileId, source, isUploaded }: SandboxFile): Promise<void> {
  if (source !== "user" || isUploaded === true) await deleteFile(services, fileId);
}
