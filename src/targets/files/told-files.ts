import { asObject, numberOrNull, someTextOrNull } from "../../kit/json.ts";
import { isNotFound } from "../failure.ts";
import type { Call } from "../http/call.ts";

/** Files that conversations tell of. Nothing of it rejects. */
export interface ToldFiles {
  /** `null` for a file that is not there, or whose name the target does not tell. */
  name(this: void, id: string, signal: AbortSignal): Promise<string | null>;
  /** What is in a file; `null` for one that the target does not give, and for one of more than `most` bytes. */
  content(this: void, id: string, most: number, signal: AbortSignal): Promise<Uint8Array | null>;
}

interface About {
  name: string | null;
  bytes: number | null;
}

const unknown: About = { name: null, bytes: null };

/** Files at a target; what is known about each is asked for once. */
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
      const what = `read what is in the file ${id}`;
      const request = { isRepeatable: true, signal };
      const content = await call(what, (client) => client.bytes(`${pathOf(id)}/content`), request).catch(() => null);
      return content === null || content.length > most ? null : content;
    },
  };
}
