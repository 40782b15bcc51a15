import { setImmediate } from "node:timers/promises";
import { ApiFailure, notFound } from "../../http/errors.ts";
import { checkId } from "../../http/routes/requests.ts";
import { inTransaction, seconds, type Services } from "../../services.ts";
import type { Store } from "../../store/store.ts";
import type { ReadableFile } from "../../tools.ts";
import { type FileObject } from "../../wire/file.ts";
import { beginUpload } from "./uploads.ts";
import { fileExpiries, files } from "../kinds.ts";

type Needed = Pick<Services, "store" | "clock">;
type NewFile = Pick<FileObject, "id" | "purpose" | "bytes" | "created_at" | "expires_at" | "filename">;

/** Stored bytes that are not a file yet; unless they are kept, they are removed like those of an interrupted upload. */
export interface StoredOutput {
  /** Turns them into a file (purpose `assistants_output`), in the transaction of `inside`, and returns its id. */
  keep(inside: Needed, filename: string): Promise<string>;
}

/** How many bytes are stored at once; in between, the server handles other requests. */
const partSize = 1024 * 1024;

/** Stores the bytes of a file that a tool made. */
export async function storeOutput(
  { store, clock, ids }: Needed & Pick<Services, "ids">,
  bytes: Uint8Array,
): Promise<StoredOutput> {
  const id = ids("file-");
  const upload = await beginUpload({ store, clock }, id);
  for (let start = 0; start < bytes.length; start += partSize) {
    await store.blobs.append(id, bytes.subarray(start, start + partSize));
    await upload.heard();
    await setImmediate();
  }
  return {
    async keep(inside, filename) {
      if (!(await upload.end(inside.store))) throw new Error("the output was considered lost");
      const output = { id, filename, bytes: bytes.length, created_at: seconds(clock), expires_at: null };
      await addFile(inside, { ...output, purpose: "assistants_output" });
      return id;
    },
  };
}

/** Stores a file that a tool made, and returns its id. */
export async function createOutputFile(
  services: Needed & Pick<Services, "ids">,
  filename: string,
  bytes: Uint8Array,
): Promise<string> {
  const stored = await storeOutput(services, bytes);
  return inTransaction(services, (inside) => stored.keep(inside, filename));
}

/** Creates the File object for bytes that are stored under its id. */
export async function addFile({ store }: Pick<Services, "store">, made: NewFile): Promise<FileObject> {
  const { id, purpose, bytes, created_at: createdAt, expires_at: expiresAt, filename } = made;
  const file: FileObject = {
    object: "file",
    id,
    purpose,
    filename,
    bytes,
    created_at: createdAt,
    expires_at: expiresAt,
    status: "processed",
    status_details: null,
  };
  await store.transaction(async (tx) => {
    await tx.insert(files, file);
    if (expiresAt !== null) await tx.insert(fileExpiries, { id, expires_at: expiresAt });
  });
  return file;
}

/** `null` if it does not exist or has expired. */
export async function getFile({ store, clock }: Needed, id: string): Promise<FileObject | null> {
  const file = await store.get(files, id);
  return file && (file.expires_at === null || file.expires_at > seconds(clock)) ? file : null;
}

/** Throws a 404, worded as in the Files API. */
export async function findFile(services: Needed, id: string): Promise<FileObject> {
  const file = await getFile(services, id);
  if (!file) throw new ApiFailure(404, `No such File object: ${id}`, { param: "id" });
  return file;
}

/** Returns a file that is to be attached to something else. Throws a 400 for an invalid file id, and a 404 if there is no such file. `param` is where the id is. */
export async function findAttachable(services: Needed, id: string, param?: string): Promise<FileObject> {
  checkId("file_id", id, param);
  return (await getFile(services, id)) ?? notFound("file", id);
}

/** The existing files with these ids, ready to be read. */
export async function readableFiles(services: Needed, fileIds: readonly string[]): Promise<ReadableFile[]> {
  const found = await Promise.all(fileIds.map((id) => getFile(services, id)));
  return found.flatMap((file) =>
    file === null ? [] : [{ id: file.id, filename: file.filename, read: () => bytesOf(services.store, file.id) }],
  );
}

/** The complete content of a file. */
export async function bytesOf({ blobs }: Pick<Store, "blobs">, fileId: string): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(blobs.parts(fileId)));
}
