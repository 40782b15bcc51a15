import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { sha256 } from "../../kit/hash.ts";
import { imageTypeOf } from "../../kit/image-type.ts";
import type { KeptFile } from "../record/record.ts";

/** The folder beside a results file for the files that its conversations created, each named by the hash of its bytes. */
export function attachmentsFolder(results: string): string {
  return join(dirname(results), "attachments");
}

/** Stores bytes in such a folder. Throws errors of the file system. */
export async function keepAttachment(folder: string, bytes: Uint8Array): Promise<KeptFile> {
  const hash = sha256(bytes);
  const file = join(folder, hash);
  if (!existsSync(file)) await writeWhole(file, bytes);
  return { sha256: hash, bytes: bytes.length, image: imageTypeOf(bytes) };
}

/** The bytes with that hash; `null` when they were not kept, or have changed. */
export async function readAttachment(folder: string, hash: string): Promise<Uint8Array | null> {
  if (!/^[0-9a-f]{64}$/.test(hash)) return null;
  const bytes = await readFile(join(folder, hash)).catch(() => null);
  return bytes === null || sha256(bytes) !== hash ? null : bytes;
}

/** Copies everything that was kept for one results file beside another one that contains its results. */
export async function copyAttachments(from: string, to: string): Promise<void> {
  const source = attachmentsFolder(from);
  if (existsSync(source)) await cp(source, attachmentsFolder(to), { recursive: true });
}
