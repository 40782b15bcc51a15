import { type JsonObject, asObject, objectsOf } from "../../kit/json.ts";
import { malformedAnswer } from "../failure.ts";

/** A list with more objects than this counts as endless. */
const mostObjects = 200_000;
const mostPages = 20_000;

interface Paging {
  /** As in "list the assistants". */
  what: string;
  baseUrl: string;
  /** Reads the page after the object with this id; without an id, the first page. */
  readPage(this: void, after: string | undefined): Promise<unknown>;
}

/**
 * The objects of a list, read page by page to its end, each once: objects created or deleted meanwhile cause neither duplicates nor a missed
 * end. Throws `malformed_answer` for what is not a list, and for an endless list.
 */
export async function* readPages({ what, baseUrl, readPage }: Paging): AsyncGenerator<JsonObject & { id: string }> {
  const seen = new Set<string>();
  const cursors = new Set<string>();
  let next = readPage(undefined);
  for (let pages = 1; ; pages += 1) {
    const { data, has_more: hasMore } = asObject(await next);
    if (!Array.isArray(data)) throw malformedAnswer(what, baseUrl, "something that is not a list");
    const items = objectsOf(data).filter(hasId);
    if (items.length < data.length) throw malformedAnswer(what, baseUrl, "a list of objects without ids");
    const after = items.at(-1)?.id;
    if (hasMore === true) {
      const isEndless = seen.size > mostObjects || pages >= mostPages;
      if (after === undefined || cursors.has(after) || isEndless)
        throw malformedAnswer(what, baseUrl, "a list that never ends");
      cursors.add(after);
      // Requested while the objects of this page are processed. A reader that stops early does not wait for it.
      next = readPage(after);
      next.catch(() => {});
    }
    for (const item of items) {
      if (!seen.has(item.id)) yield item;
      seen.add(item.id);
    }
    if (hasMore !== true) return;
  }
}

function hasId(item: JsonObject): item is JsonObject & { id: string } {
  return typeof item.id === "string";
}
