import { setImmediate } from "node:timers/promises";
import { inTransaction, type Services } from "../services.ts";
import { type Kind, type Store, type Write, inserted, scopeAround } from "../store/store.ts";
import { addFile } from "../domain/files/files.ts";
import { takeUpload } from "../domain/files/uploads.ts";
import {
  assistants,
  indexingQueue,
  messages,
  threads,
  vectorStoreFiles,
  vectorStores,
  type FileRecord,
} from "../domain/kinds.ts";
import { counted } from "../domain/vector-stores/counts.ts";
import type { VectorStore, VectorStoreFile } from "../wire/vector-store.ts";
import type { OpenContent } from "./compare.ts";
import type { Staged, Staging } from "./staging.ts";

type Needed = Pick<Services, "store" | "clock" | "ids">;

/** How the content is read, and who is notified. */
export interface Moving {
  open: OpenContent;
  onStored: (stored: { objects: number; bytes: number }) => void;
  signal: AbortSignal;
}

/** The number of objects that are stored in one transaction. */
const portion = 200;

/**
 * Stores the staged objects that are not stored yet, in the order of the API. Whenever it ends, the stored part is complete: a file is stored with its bytes, and a thread
 * appears when all its messages are stored. A second import stores the rest.
 */
export async function moveIn(services: Needed, staging: Staging, moving: Moving): Promise<void> {
  const { onStored } = moving;
  for (const { key, value } of staging.each("file", { isNew: true })) {
    await pause(moving);
    await moveFile(services, staging, { key, value }, moving);
  }
  for (const { key, value } of staging.each("vector_store")) {
    await pause(moving);
    await moveVectorStore(services, staging, { key, value }, onStored);
  }
  await moveAll(services.store, assistants, staging.each("assistant", { isNew: true }), moving);
  for (const { key, value } of staging.each("thread")) {
    await moveAll(services.store, messages, staging.each("thread.message", { parent: key, isNew: true }), moving);
    await moveAll(services.store, threads, [{ key, value }], moving);
  }
}

/** Stores a file through an upload, so that a killed import leaves only an unfinished upload, which is cleaned up as usual. */
async function moveFile(
  services: Needed,
  staging: Staging,
  { key, value }: Pick<Staged<"file">, "key" | "value">,
  { open, onStored, signal }: Moving,
): Promise<void> {
  const content = staging.contentOf(key);
  if (content === null) return;
  const upload = await takeUpload(services, key);
  if (upload === null) return onStored({ objects: 1, bytes: 0 });
  for await (const chunk of open(content.path)) {
    signal.throwIfAborted();
    await upload.append(chunk);
    onStored({ objects: 0, bytes: chunk.length });
  }
  await inTransaction(services, async (inside) => {
    await upload.end(inside.store);
    await addFile(inside, value);
  });
  onStored({ objects: 1, bytes: 0 });
}

/** Stores a vector store with its files, which wait to be indexed; its counts are correct after each transaction. */
async function moveVectorStore(
  services: Needed,
  staging: Staging,
  { key, value: { isExpired: _isExpired, ...value } }: Pick<Staged<"vector_store">, "key" | "value">,
  onStored: Moving["onStored"],
): Promise<void> {
  const store = { ...value, file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 } };
  let isMade = false;
  const write = (some: VectorStoreFile[]): Promise<void> =>
    inTransaction(services, async ({ store: tx, ids }) => {
      const current = (await tx.get(vectorStores, key)) ?? null;
      if (current === null && isMade) return;
      const fresh: FileRecord[] = [];
      for (const file of some)
        if ((await tx.get(vectorStoreFiles, vectorStoreFiles.key({ file, batchId: null, attempt: "" }))) === null)
          fresh.push({ file, batchId: null, attempt: ids("attempt_") });
      const counts = fresh.reduce((sum, { file }) => counted(sum, null, file.status), (current ?? store).file_counts);
      const kept: VectorStore = { ...(current ?? store), file_counts: counts };
      if (current === null) await tx.insert(vectorStores, kept);
      else if (fresh.length > 0) await tx.replace(vectorStores, kept);
      await tx.write(fresh.map((record) => inserted(vectorStoreFiles, record)));
      for (const record of fresh)
        if (record.file.status === "in_progress") await tx.jobs.add(indexingQueue, vectorStoreFiles.key(record));
    });
  for (const some of inPortions(staging.each("vector_store.file", { parent: key, isNew: true }))) {
    await write(some.map(({ value }) => value));
    isMade = true;
    onStored({ objects: some.length, bytes: 0 });
  }
  if (!isMade) await write([]);
  onStored({ objects: 1, bytes: 0 });
}

async function moveAll<T>(
  store: Store,
  kind: Kind<T>,
  staged: Iterable<{ key: string; value: T }>,
  moving: Moving,
): Promise<void> {
  for (const some of inPortions(staged)) {
    await pause(moving);
    await writeNew(store, kind, some);
    moving.onStored({ objects: some.length, bytes: 0 });
  }
}

/** Yields to the event loop: a file database is synchronous, and an interrupt would never be noticed. */
async function pause({ signal }: Moving): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** Stores new objects in one transaction: of two concurrent imports of the same export, the second one finds them stored. */
async function writeNew<T>(store: Store, kind: Kind<T>, some: readonly { key: string; value: T }[]): Promise<void> {
  const [first] = some;
  if (first === undefined) return;
  await store.transaction(
    async (tx) => {
      const writes: Write[] = [];
      for (const { key, value } of some) if ((await tx.get(kind, key)) === null) writes.push(inserted(kind, value));
      await tx.write(writes);
    },
    scopeAround(kind, first.value),
  );
}

function* inPortions<T>(all: Iterable<T>): Generator<T[]> {
  let some: T[] = [];
  for (const each of all) {
    some.push(each);
    if (some.length < portion) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
