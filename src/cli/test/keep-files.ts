import type { Secrets } from "../../kit/secrets.ts";
import type { KeepFile } from "../../scenarios/record/kept.ts";
import { keepAttachment } from "../../scenarios/runs/attachments-folder.ts";

/** Keeps what conversations make in a folder, but no file with a secret in it: in bytes, none can be hidden. */
export function keepingFiles(secrets: Secrets, folder: string): KeepFile {
  return async (bytes) => {
    const text = new TextDecoder().decode(bytes);
    return secrets.redact(text) === text ? keepAttachment(folder, bytes) : null;
  };
}
