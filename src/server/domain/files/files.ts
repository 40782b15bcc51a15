import { ApiFailure } from "../../http/errors.ts";
import { seconds, type Files, type Services } from "../../services.ts";
import { fileExpiries, files, type FileObject } from "../../wire/file.ts";
import { removeLostUploads, removeStrayBytes } from "./uploads.ts";

type Needed = Pick<Services, "store" | "blobs" | "clock" | "ids">;
type NewFile = Pick<FileObject, "id" | "purpose" | "bytes" | "created_at" | "expires_at" | "filename">;

/** Files, as the rest of the server asks for them. Bytes of uploads that were cut off are cleaned away here. */
export function createFiles(services: Needed): Files {
  const { store, blobs, clock, ids } = services;
  removeLostUploads(services);
  removeStrayBytes(services);
  return {
    open(fileId) {
      const file = getFile(services, fileId);
      return file && { id: fileId, filename: file.filename, read: async () => Buffer.concat([...blobs.parts(fileId)]) };
    },
    createOutput(filename, bytes) {
      const id = ids("file-");
      const output = { id, filename, bytes: bytes.length, created_at: seconds(clock), expires_at: null };
      store.transaction(() => {
        blobs.append(id, bytes);
        addFile(services, { ...output, purpose: "assistants_output" });
      });
      return id;
    },
  };
}

/** Makes the File object of bytes that are stored under its id. */
export function addFile({ store }: Pick<Services, "store">, made: NewFile): FileObject {
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
  store.transaction(() => {
    store.insert(files, file);
    if (expiresAt !== null) store.insert(fileExpiries, { id, expires_at: expiresAt });
  });
  return file;
}

/** `null` when there is none, or none any more. */
export function getFile({ store, clock }: Pick<Services, "store" | "clock">, id: string): FileObject | null {
  const file = store.get(files, id);
  return file && (file.expires_at === null || file.expires_at > seconds(clock)) ? file : null;
}

/** Throws the 404, in the words of the Files API. */
export function findFile(services: Pick<Services, "store" | "clock">, id: string): FileObject {
  const file = getFile(services, id);
  if (!file) throw new ApiFailure(404, `No such File object: ${id}`, { param: "id" });
  return file;
}
