import { type JsonObject, asList, asObject, asText, objectsOf } from "../../kit/json.ts";
import type { Citation } from "../target.ts";

/** A part of a file that a search found. */
export interface FoundPassage {
  fileId: string;
  text: string;
}

/** What a request for steps includes to be told what is in the parts that were found. */
export const passagesWanted = "step_details.tool_calls[*].file_search.results[*].content";

/** What searches found, a list a search, from the steps of a run. */
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
 * What is where a citation leads: its mark, `【4:2†source】`, says the how manieth of a search it is, from 0, and not of which search. `null` when no
 * search has that file there, or when several do with different words.
 */
export function passageOf({ text, fileId }: Citation, searches: readonly FoundPassage[][]): string | null {
  const index = Number(/^【\d+:(\d+)†/.exec(text)?.[1] ?? Number.NaN);
  const texts = searches.flatMap((found) => {
    const passage = found[index];
    return passage === undefined || passage.fileId !== fileId || passage.text === "" ? [] : [passage.text];
  });
  return new Set(texts).size === 1 ? (texts[0] ?? null) : null;
}
