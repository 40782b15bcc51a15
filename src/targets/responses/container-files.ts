import { asText } from "../../kit/json.ts";
import type { ToldFiles } from "../files/told-files.ts";
import type { Call } from "../http/call.ts";
import { annotationsOf, drawnIn } from "./item-events.ts";
import type { Item } from "./items.ts";

/** Files that conversations mention: uploaded files, files in containers, and inline images. */
export interface MadeFiles extends ToldFiles {
  /** Records the locations of an item's files. */
  learn(this: void, item: Item): void;
}

type Known =
  | { kind: "container"; container: string; name: string }
  | { kind: "image"; url: string }
  /** An uploaded file whose name is known from a citation. */
  | { kind: "cited"; name: string };

/** The files of conversations at one target; `told` has those that are not in containers. A container expires after 20 idle minutes. */
export function createMadeFiles(call: Call, told: ToldFiles): MadeFiles {
  const known = new Map<string, Known>();
  return {
    learn(item) {
      for (const { file_id: id, container_id: container, filename } of annotationsOf(item, "container_file_citation"))
        known.set(asText(id), { kind: "container", container: asText(container), name: asText(filename) });
      for (const { file_id: id, filename } of annotationsOf(item, "file_citation"))
        if (asText(filename) !== "") known.set(asText(id), { kind: "cited", name: asText(filename) });
      for (const { id, url } of drawnIn(item)) known.set(id, { kind: "image", url });
    },
    async name(id, signal) {
      const file = known.get(id);
      if (file === undefined) return told.name(id, signal);
      return file.kind === "image" ? `${id}.png` : file.name || null;
    },
    async content(id, most, signal) {
      const file = known.get(id);
      if (file === undefined || file.kind === "cited") return told.content(id, most, signal);
      const content = file.kind === "image" ? bytesIn(file.url) : await fromContainer(call, file.container, id, signal);
      return content === null || content.length > most ? null : content;
    },
  };
}

function fromContainer(call: Call, container: string, id: string, signal: AbortSignal): Promise<Uint8Array | null> {
  const path = `/containers/${encodeURIComponent(container)}/files/${encodeURIComponent(id)}/content`;
  const what = `read the content of the file ${id} of a container`;
  return call(what, (client) => client.bytes(path), { isRepeatable: true, signal }).catch(() => null);
}

/** The bytes of a `data:` URL; `null` for another one. */
function bytesIn(url: string): Uint8Array | null {
  const [, data] = /^data:[^,]*;base64,(.*)$/s.exec(url) ?? [];
  return data === undefined ? null : Buffer.from(data, "base64");
}
