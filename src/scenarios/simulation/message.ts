import { isObject, parseShallowJson } from "../../kit/json.ts";
import { unknownFact } from "./facts.ts";
import type { UserQuestion } from "./question.ts";

/** What a simulated user does next. `broken`: it does not do what it was told, which says nothing about the assistant. */
export type UserMove =
  | { kind: "says"; text: string }
  | { kind: "ends"; how: "reached" | "given_up" }
  | { kind: "broken"; why: string };

/** Characters: nobody writes more to an assistant, and a model that does is lost. */
const longest = 4_000;

/** How often the same may be said before it is going in circles. */
const mostRepeats = 2;

/**
 * Reads what a simulated user answered: an object with its message and how far it is, or the message alone, as small models answer. It must not
 * be empty, speak for somebody else, go in circles, or state what it does not know.
 */
export function readMove(answer: string, { said, part, ...told }: UserQuestion): UserMove {
  const { message, state } = partsOf(answer);
  if (state === "reached" || state === "given_up")
    return part === 1 ? broken("it ended before it had said anything") : { kind: "ends", how: state };
  const text = message.trim();
  if (text === "") return broken("it said nothing");
  if (text.length > longest) return broken(`it wrote ${text.length} characters; ${longest} are the most`);
  const label = /^[\s*_#>]*(assistant|ai|bot|agent|system|user|customer)\s*[*_]*\s*:/im.exec(text)?.[1];
  if (label !== undefined) return broken(`it wrote a part for "${label}" instead of its own words`);
  if (/\bas an ai\b|\bi(?:'|’)?m an ai\b|\blanguage model\b/i.test(text))
    return broken("it spoke as a model, not as a user");
  const replies = said.filter(({ by }) => by === "assistant");
  if (replies.some((reply) => isSame(reply.text, text))) return broken("it repeated what the assistant had said");
  const again = said.filter((each) => each.by === "user" && isSame(each.text, text)).length;
  if (again >= mostRepeats) return broken(`it said the same ${again + 1} times`);
  const { persona, goal, knows } = told;
  const fact = unknownFact(text, [persona ?? "", goal, JSON.stringify(knows), ...said.map((each) => each.text)]);
  return fact === null ? { kind: "says", text } : broken(`it stated "${fact}", which it does not know`);
}

/** The message of such an answer, as it is said. */
export function messageOf(answer: string): string {
  return partsOf(answer).message.trim();
}

function broken(why: string): UserMove {
  return { kind: "broken", why };
}

function partsOf(answer: string): { message: string; state: unknown } {
  const unfenced = answer.trim().replace(/^```(?:json)?\s*\n([^]*?)\n\s*```$/, "$1");
  const object = parseShallowJson(unfenced);
  if (!isObject(object)) return { message: answer, state: "going_on" };
  return { message: typeof object.message === "string" ? object.message : "", state: object.state };
}

function isSame(one: string, other: string): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
  return plain(one) !== "" && plain(one) === plain(other);
}
