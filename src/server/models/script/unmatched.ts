import { editDistance } from "../../../kit/words.ts";
import type { Unmatched } from "./find.ts";
import type { KnownMessage } from "./find.ts";
import { normalise } from "./find.ts";

/** Beyond this many characters two texts are compared no further. */
const compared = 200;
const shown = 120;

/** Why no script or recording fits what was said, naming the message that comes nearest to the first one that was not recognised. */
export function explainUnmatched(
  noun: "script" | "recording",
  said: readonly string[],
  { known, next }: Unmatched,
  all: readonly KnownMessage[],
): string {
  const unknown = said[known];
  if (unknown === undefined) return explainUnfinished(noun, said, next);
  const nearest = nearestMessage(normalise(unknown), known > 0 && next.length > 0 ? next : all);
  const words = `No ${noun} fits what was said: ${quote(unknown)}${known > 0 ? `, message ${known + 1} of the user` : ""}.`;
  if (nearest === null) return `${words} There are no ${noun}s.`;
  if (nearest.text === normalise(unknown)) {
    return `${words} It is ${whereIs(nearest)}, but what was said before it there is not what was said here.`;
  }
  return `${words} The nearest is ${quote(nearest.text)}, ${whereIs(nearest)}.`;
}

function explainUnfinished(noun: string, said: readonly string[], next: readonly KnownMessage[]): string {
  if (said.length === 0) return `No ${noun} fits a conversation in which the user has said nothing.`;
  const expected = next[0];
  const follows = expected === undefined ? "" : ` Next would be ${quote(expected.text)}, ${whereIs(expected)}.`;
  return `No ${noun} answers ${quote(said.at(-1) ?? "")} yet: it is only how a scenario's thread begins.${follows}`;
}

function whereIs({ conversationId, turn }: KnownMessage): string {
  const place = turn === null ? "in the thread before the first turn" : `turn ${turn + 1}`;
  return `${place} of scenario "${conversationId}"`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > shown ? `${text.slice(0, shown)}...` : text);
}

/** The message with the smallest edit distance; the first of several. */
function nearestMessage(text: string, messages: readonly KnownMessage[]): KnownMessage | null {
  let nearest: KnownMessage | null = null;
  let least = Infinity;
  for (const message of messages) {
    const distance = editDistance(text.slice(0, compared), message.text.slice(0, compared), least - 1);
    if (distance < least || nearest === null) [nearest, least] = [message, distance];
  }
  return nearest;
}
