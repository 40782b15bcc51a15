import { asObject, numberOrNull, someTextOrNull } from "../../kit/json.ts";
import { isNotFound } from "../failure.ts";
import type { Call } from "../http/call.ts";

/** Files that conversations mention. No method rejects. */
export interface ToldFiles {
  /** `null` for a file that does not exist, or whose name the target does not return. */
  name(this: void, id: string, signal: AbortSignal): Promise<string | null>;
  /** The content of a file; `null` when the target does not return it, or when it has more than `most` bytes. */
  content(this: void, id: string, most: number, signal: AbortSignal): Promise<Uint8Array | null>;
}

interface About {
  name: string | null;
  bytes: number | null;
}

const unknown: About = { name: null, bytes: null };

/** Files at a target; each is read once. */
export function createToldFiles(call: Call): ToldFiles {
  const known = new Map<string, Promise<About>>();
  const pathOf = (id: string) => `/files/${encodeURIComponent(id)}`;
  const ask = async (id: string, signal: AbortSignal): Promise<About> => {
    const request = { isRepeatable: true, signal };
    const file = asObject(await call("read a file", (client) => client.get(pathOf(id)), request));
    return { name: someTextOrNull(file.filename), bytes: numberOrNull(file.bytes) };
  };
  const about = (id: string, signal: AbortSignal): Promise<About> => {
    const asked =
      known.get(id) ??
      ask(id, signal).catch((error: unknown) => {
        if (!isNotFound(error)) known.delete(id);
        return unknown;
      });
    known.set(id, asked);
    return asked;
  };
  return {
    name: async (id, signal) => (await about(id, signal)).name,
    async content(id, most, signal) {
      const { bytes } = await about(id, signal);
      if (bytes === null || bytes > most) return null;
      const what = `read the content of the file ${id}`;
      const request = { isRepeatable: true, signal };
      const content = await call(what, (client) => client.bytes(`${pathOf(id)}/content`), request).catch(() => null);
      return content === null || content.length > most ? null : content;
    },
  };
}
