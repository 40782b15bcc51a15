import type { FileSpec } from "../../resources/file/spec.ts";
import type { KindAccess } from "../objects/access.ts";
import type { UploadFile } from "./uploads.ts";
import { numberOrNull } from "../../kit/json.ts";
import type { WireFormat } from "../objects/wire-format.ts";
import { filesQuery } from "./uploads.ts";
import { knowledgeError } from "../objects/lists.ts";

/** Access to files that were uploaded for assistants. */
export function fileAccess(baseUrl: string, upload: UploadFile): KindAccess<FileSpec> {
  return {
    format: fileFormat,
    query: filesQuery,
    explained: (error) => knowledgeError(error, "files", baseUrl),
    async create({ filename, bytes, sha256 }, _marker, { contentOf, onProgress, onMade, lifetime }) {
      if (sha256 === null) throw new Error(`the content of ${filename} is not known`);
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

/** The wire format of files. They are uploaded as a form (`form.ts`) and cannot be changed afterwards. */
export const fileFormat: WireFormat<FileSpec> = {
  path: "/files",
  toWire: ({ filename, bytes }) => ({ filename, bytes }),
  fromWire({ filename, bytes }) {
    if (typeof filename !== "string") return null;
    return { filename, sha256: null, bytes: numberOrNull(bytes) ?? 0 };
  },
};
