import { cutEnd } from "../../kit/difference.ts";
import { isObject, parseShallowJson, type JsonObject } from "../../kit/json.ts";
import type { TranscriptPart } from "./transcript-parts.ts";

/** A judge's vote on one rubric, or why its answer does not count. */
export type Vote =
  | { kind: "vote"; verdict: "pass" | "fail"; reason: string; quotes: readonly string[] }
  | { kind: "invalid"; why: string };

/**
 * Reads a judge's answer: one JSON object with a verdict, a reason, and passages quoted from the transcript, at least one of them from
 * the assistant. A passage that is not in the transcript makes the vote invalid, whatever the verdict.
 */
export function readVote(answer: string, parts: readonly TranscriptPart[]): Vote {
  const object = onlyObject(answer);
  if (object === null) return invalid("it is not a single JSON object");
  const { verdict, reason, quotes } = object;
  if (verdict !== "pass" && verdict !== "fail") return invalid('its verdict is neither "pass" nor "fail"');
  if (!Array.isArray(quotes) || !quotes.every((quote) => typeof quote === "string"))
    return invalid("its quotes are not a list of texts");
  const said = quotes.filter((quote) => wordsOf(quote) !== "");
  const missing = said.find((quote) => !parts.some((part) => holds(part, quote)));
  if (missing !== undefined)
    return invalid(`it quotes a passage that is not in the conversation: "${cutEnd(missing, longestQuote)}"`);
  const own = parts.filter(({ by, text }) => by !== "user" && wordsOf(text) !== "");
  if (own.length > 0 && !said.some((quote) => own.some((part) => holds(part, quote))))
    return invalid("it quotes nothing that the assistant said or did");
  return { kind: "vote", verdict, reason: typeof reason === "string" ? reason : "", quotes: said };
}

/** The maximum length of a quote that is shown, in characters. */
const longestQuote = 200;

function invalid(why: string): Vote {
  return { kind: "invalid", why };
}

/**
 * The only object of an answer, which may be in a code fence or surrounded by text; `null` when there are several, because one of them may
 * be a quotation.
 */
function onlyObject(answer: string): JsonObject | null {
  const whole = parseShallowJson(answer.trim());
  if (isObject(whole)) return whole;
  const fenced = [...answer.matchAll(/```(?:json)?\s*\n([^]*?)\n\s*```/g)].map(([, text = ""]) => text);
  const candidates = fenced.length > 0 ? fenced : [answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1)];
  const objects = candidates.map((text) => parseShallowJson(text)).filter(isObject);
  return objects.length === 1 && candidates.length === 1 ? (objects[0] ?? null) : null;
}

function holds({ text }: TranscriptPart, quote: string): boolean {
  return wordsOf(text).includes(wordsOf(quote));
}

/** A text normalized for comparing quotes: models change punctuation, whitespace and the dots that mark omissions. */
function wordsOf(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[‘’‚‛`´]/g, "'")
    .replaceAll(/[“”„‟«»]/g, '"')
    .replaceAll(/[‐-―]/g, "-")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^["'\s.…]+|["'\s.…]+$/g, "")
    .toLowerCase();
}
