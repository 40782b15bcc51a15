import { numberOrNull } from "../../../kit/json.ts";
import type { FileSpec } from "../../../resources/file/spec.ts";
import type { WireFormat } from "../wire-format.ts";

/** Files. They go over the wire as a form (`form.ts`), and nothing of one can be changed afterwards. */
export const fileFormat: WireFormat<FileSpec> = {
  path: "/files",
  toWire: ({ filename, bytes }) => ({ filename, bytes }),
  fromWire({ filename, bytes }) {
    if (typeof filename !== "string") return null;
    return { filename, sha256: null, bytes: numberOrNull(bytes) ?? 0 };
  },
};
