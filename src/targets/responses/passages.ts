import { asText, objectsOf } from "../../kit/json.ts";
import type { Citation } from "../target.ts";
import type { Item } from "./items.ts";

/**
 * The search results in the files that citations name. A citation does not identify the part of its file: `null` when more than one
 * was found, or none.
 */
export function passagesOf(citations: readonly Citation[], searches: readonly Item[]): (string | null)[] {
  const results = searches.flatMap(({ results: found }) => objectsOf(found));
  return citations.map(({ fileId }) => {
    const texts = new Set(results.filter(({ file_id: id }) => id === fileId).map(({ text }) => asText(text)));
    const [first = ""] = texts;
    return texts.size === 1 && first !== "" ? first : null;
  });
}
