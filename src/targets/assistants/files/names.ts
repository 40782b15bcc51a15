import { asObject, someTextOrNull } from "../../../kit/json.ts";
import { isNotFound } from "../../failure.ts";
import type { Call } from "../../http/call.ts";

/** The names of files at a target, each asked for once; `null` for one that is not there, or that the target does not tell of. */
export function createFileNames(call: Call): (id: string, signal: AbortSignal) => Promise<string | null> {
  const known = new Map<string, Promise<string | null>>();
  const ask = async (id: string, signal: AbortSignal) => {
    const request = { isRepeatable: true, signal };
    const file = await call("read a file", (client) => client.get(`/files/${encodeURIComponent(id)}`), request);
    return someTextOrNull(asObject(file).filename);
  };
  return (id, signal) => {
    const name =
      known.get(id) ??
      ask(id, signal).catch((error: unknown) => {
        if (!isNotFound(error)) known.delete(id);
        return null;
      });
    known.set(id, name);
    return name;
  };
}
