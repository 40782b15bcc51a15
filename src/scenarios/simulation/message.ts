import { isObject, parseShallowJson } from "../../kit/json.ts";
import { unknownFact } from "./facts.ts";
import type { UserQuestion } from "./question.ts";

/** The next move of a simulated user. `broken`: it did not follow its instructions, which tells nothing about the assistant. */
export type UserMove =
  | { kind: "says"; text: string }
  | { kind: "ends"; how: "reached" | "given_up" }
  | { kind: "broken"; why: string };

/** The maximum length of a message in characters: users do not write longer ones, and a model that does has lost track. */
const longest = 4_000;

/** The number of repetitions of a message that are allowed. */
const mostRepeats = 2;

/**
 * Reads the answer of a simulated user: an object with its message and its state, or only the message, as small models answer. The message must
 * not be empty, speak for others, repeat itself, or state unknown facts.
 */
export function readMove(answer: string, { said, part, persona, goal, knows }: UserQuestion): UserMove {
  const { message, state } = partsOf(answer);
  if (state === "reached" || state === "given_up")
    return part === 1 ? broken("it ended before saying anything") : { kind: "ends", how: state };
  const text = message.trim();
  if (text === "") return broken("it said nothing");
  if (text.length > longest) return broken(`it wrote ${text.length} characters; the limit is ${longest}`);
  const label = /^[\s*_#>]*(assistant|ai|bot|agent|system|user|customer)\s*[*_]*\s*:/im.exec(text)?.[1];
  if (label !== undefined) return broken(`it wrote a part for "${label}" instead of its own words`);
  if (/\bas an ai\b|\bi(?:'|’)?m an ai\b|\blanguage model\b/i.test(text))
    return broken("it spoke as a model, not as a user");
  const replies = said.filter(({ by }) => by === "assistant");
  if (replies.some((reply) => isSame(reply.text, text))) return broken("it repeated a message of the assistant");
  const again = said.filter((each) => each.by === "user" && isSame(each.text, text)).length;
  if (again >= mostRepeats) return broken(`it sent the same message ${again + 1} times`);
  const fact = unknownFact(text, [persona ?? "", goal, JSON.stringify(knows), ...said.map((each) => each.text)]);
  return fact === null ? { kind: "says", text } : broken(`it stated "${fact}", which it does not know`);
}

/** The message in such an answer. */
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
