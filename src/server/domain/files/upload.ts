import { refuse } from "../../http/errors.ts";
import { inTransaction, seconds, type Services } from "../../services.ts";
import type { Blobs } from "../../store/store.ts";
import { parser } from "../../http/validation/validate.ts";
import { CreateFile, uploadPurposes, type FileObject, type UploadPurpose } from "../../wire/file.ts";
import { addFile } from "./files.ts";
import { readForm, type Form } from "./multipart.ts";
import { beginUpload, removeLostUploads } from "./uploads.ts";

type Needed = Pick<Services, "store" | "clock" | "ids" | "limits">;

const parseFields = parser(CreateFile);
/** How many bytes are collected before they are stored, one row each. */
const partSize = 1024 * 1024;
/** Batch input expires after 30 days, as in the API. */
const batchSeconds = 30 * 24 * 3600;

/** Stores the file of a multipart request, one part at a time; a failed upload leaves nothing behind. `purpose` is the default. Throws an ApiFailure. */
export async function receiveFile(
  services: Needed,
  request: Request,
  purpose: UploadPurpose | null = null,
): Promise<FileObject> {
  const { store, ids, limits } = services;
  const id = ids("file-");
  await removeLostUploads(services);
  const upload = await beginUpload(services, id);
  try {
    const parts = gather(store.blobs, id);
    const form = await readForm(request, limits.fileBytes, async (part) => {
      await upload.heard();
      await parts.add(part);
    });
    await parts.end();
    return await inTransaction(services, async (inside) => {
      if (!(await upload.end(inside.store))) throw new Error("the upload was considered lost");
      return keepFile(inside, id, form, purpose);
    });
  } catch (error) {
    await store.transaction(async (tx) => {
      await tx.blobs.remove(id);
      await upload.end(tx);
    });
    throw error;
  }
}

function keepFile(
  services: Needed,
  id: string,
  { fields, file }: Form,
  given: UploadPurpose | null,
): Promise<FileObject> {
  const { purpose, expires_after: expiresAfter } = parseFields({
    ...(given && { purpose: given }),
    ...unflatten(fields),
  });
  if (!isUploadPurpose(purpose)) unknownPurpose(purpose);
  if (file === null)
    refuse("Missing required parameter: 'file'.", { param: "file", code: "missing_required_parameter" });
  if (file.bytes === 0) refuse("File is empty.", { param: "file" });
  const lifetime = expiresAfter?.seconds ?? (purpose === "batch" ? batchSeconds : null);
  const now = seconds(services.clock);
  return addFile(services, {
    id,
    purpose,
    bytes: file.bytes,
    created_at: now,
    expires_at: lifetime === null ? null : now + lifetime,
    filename: file.filename === "" ? "file" : file.filename,
  });
}

/** Form fields name nested values in brackets: `expires_after[seconds]`. */
function unflatten(fields: Form["fields"]): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const expiresAfter: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    const inner = /^expires_after\[(.+)\]$/.exec(name)?.[1];
    if (inner === undefined) body[name] = value;
    else expiresAfter[inner] = /^\d{1,15}$/.test(value) ? Number(value) : value;
  }
  return Object.keys(expiresAfter).length === 0 ? body : { ...body, expires_after: expiresAfter };
}

function isUploadPurpose(purpose: string): purpose is UploadPurpose {
  return (uploadPurposes as readonly string[]).includes(purpose);
}

function unknownPurpose(purpose: string): never {
  const known = uploadPurposes.map((each) => `'${each}'`).join(", ");
  refuse(`'${purpose}' is not one of [${known}] - 'purpose'`, { param: "purpose" });
}

function gather(blobs: Blobs, id: string): { add(part: Buffer): Promise<void>; end(): Promise<void> } {
  let waiting: Buffer[] = [];
  let size = 0;
  const end = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    size = 0;
    if (bytes.length > 0) await blobs.append(id, bytes);
  };
  return {
    async add(part) {
      waiting.push(part);
      size += part.length;
      if (size >= partSize) await end();
    },
    end,
  };
}
