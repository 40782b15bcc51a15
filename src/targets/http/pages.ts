import { asObject, isObject, type JsonObject, textOrNull } from "../../kit/json.ts";
import { malformedAnswer } from "../failure.ts";

/** A list with more objects than this is taken for one that has no end. */
const mostObjects = 200_000;
const mostPages = 20_000;

interface Paging {
  /** As in "list the assistants". */
  what: string;
  baseUrl: string;
  /** Reads the page that follows the object with this id, the first one without. */
  readPage(this: void, after: string | undefined): Promise<unknown>;
}

/**
 * The objects of a list, read page by page to its end, each once: what is created or deleted meanwhile is neither doubled nor lets the end
 * be missed. Throws `malformed_answer` for what is no list, and for a list that never ends.
 */
export async function* readPages({ what, baseUrl, readPage }: Paging): AsyncGenerator<JsonObject & { id: string }> {
  const seen = new Set<string>();
  const cursors = new Set<string>();
  let after: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const { data, has_more: hasMore } = asObject(await readPage(after));
    if (!Array.isArray(data)) throw malformedAnswer(what, baseUrl, "something that is not a list");
    for (const item of data) {
      const id = isObject(item) ? textOrNull(item.id) : null;
      if (id === null) throw malformedAnswer(what, baseUrl, "a list of something without ids");
      after = id;
      if (!seen.has(id)) yield { ...(item as JsonObject), id };
      seen.add(id);
    }
    if (hasMore !== true) return;
    const isEndless = seen.size > mostObjects || pages >= mostPages;
    if (after === undefined || data.length === 0 || cursors.has(after) || isEndless)
      throw malformedAnswer(what, baseUrl, "a list that never ends");
    cursors.add(after);
  }
}
