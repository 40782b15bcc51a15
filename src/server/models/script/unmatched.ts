import { editDistance } from "../../../kit/words.ts";
import type { Unmatched } from "./find.ts";
import type { KnownMessage } from "./find.ts";
import { normalise } from "./find.ts";

/** The number of characters of texts that are compared. */
const compared = 200;
const shown = 120;

/** Explains why no script or recording matches the conversation, with the message closest to the first unmatched one. */
export function explainUnmatched(
  noun: "script" | "recording",
  said: readonly string[],
  { known, next }: Unmatched,
  all: readonly KnownMessage[],
): string {
  const unknown = said[known];
  if (unknown === undefined) return explainUnfinished(noun, said, next);
  const nearest = nearestMessage(normalise(unknown), known > 0 && next.length > 0 ? next : all);
  const words = `No ${noun} matches the conversation: ${quote(unknown)}${known > 0 ? `, user message ${known + 1}` : ""}.`;
  if (nearest === null) return `${words} There are no ${noun}s.`;
  if (nearest.text === normalise(unknown)) {
    return `${words} It is ${whereIs(nearest)}, but the messages before it are different.`;
  }
  return `${words} The closest is ${quote(nearest.text)}, ${whereIs(nearest)}.`;
}

function explainUnfinished(noun: string, said: readonly string[], next: readonly KnownMessage[]): string {
  if (said.length === 0) return `No ${noun} matches a conversation without user messages.`;
  const expected = next[0];
  const follows =
    expected === undefined ? "" : ` The next message would be ${quote(expected.text)}, ${whereIs(expected)}.`;
  return `No ${noun} answers ${quote(said.at(-1) ?? "")} yet: it is only the opening of a scenario's thread.${follows}`;
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
