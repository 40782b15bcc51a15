import { type JsonObject, asList, asObject, asText, objectsOf } from "../../kit/json.ts";
import type { Citation } from "../target.ts";

/** A part of a file that a search found. */
export interface FoundPassage {
  fileId: string;
  text: string;
}

/** The `include` value with which a request for steps returns the text of the search results. */
export const passagesWanted = "step_details.tool_calls[*].file_search.results[*].content";

/** The results of searches, one list per search, from the steps of a run. */
export function searchesIn(steps: readonly JsonObject[]): FoundPassage[][] {
  const calls = steps.flatMap((step) => objectsOf(asObject(step.step_details).tool_calls));
  return calls
    .filter(({ type }) => type === "file_search")
    .map((call) =>
      objectsOf(asObject(call.file_search).results).map((result) => ({
        fileId: asText(result.file_id),
        text: objectsOf(asList(result.content))
          .map((part) => asText(part.text))
          .join("\n"),
      })),
    );
}

/**
 * The text that a citation refers to. Its mark, `【4:2†source】`, has the index of a search result, from 0, but does not name the search. `null` when no
 * search has that file at this index, or when several do with different texts.
 */
export function passageOf({ text, fileId }: Citation, searches: readonly FoundPassage[][]): string | null {
  const index = Number(/^【\d+:(\d+)†/.exec(text)?.[1] ?? Number.NaN);
  const texts = searches.flatMap((found) => {
    const passage = found[index];
    return passage === undefined || passage.fileId !== fileId || passage.text === "" ? [] : [passage.text];
  });
  return new Set(texts).size === 1 ? (texts[0] ?? null) : null;
}
