import type { FileSpec } from "../../../resources/file/spec.ts";
import type { KindAccess } from "../access.ts";
import { knowledgeError } from "../no-api.ts";
import { fileFormat } from "./file-wire.ts";
import { filesQuery } from "./list.ts";
import type { UploadFile } from "./uploads.ts";

/** Files that were uploaded for assistants. */
export function fileAccess(baseUrl: string, upload: UploadFile): KindAccess<FileSpec> {
  return {
    format: fileFormat,
    query: filesQuery,
    explained: (error) => knowledgeError(error, "files", baseUrl),
    async create({ filename, bytes, sha256 }, _marker, { contentOf, onProgress, onMade, lifetime }) {
      if (sha256 === null) throw new Error(`nobody knows what is in ${filename}`);
      const made = await upload({
        filename,
        bytes,
        sha256,
        open: () => contentOf(sha256),
        lifetime,
        onSent: (done) => onProgress({ done, total: bytes, unit: "bytes" }),
      });
      await onMade(made.id);
      return made;
    },
  };
}
