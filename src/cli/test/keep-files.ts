import type { Secrets } from "../../kit/secrets.ts";
import type { KeepFile } from "../../scenarios/record/kept.ts";
import { keepAttachment } from "../../scenarios/runs/attachments-folder.ts";

/** Stores files created in conversations in a folder, except files that contain a secret: secrets in binary data cannot be redacted. */
export function keepingFiles(secrets: Secrets, folder: string): KeepFile {
  return async (bytes) => {
    const text = new TextDecoder().decode(bytes);
    return secrets.redact(text) === text ? keepAttachment(folder, bytes) : null;
  };
}
