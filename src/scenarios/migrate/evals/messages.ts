import { asText, isObject, objectsOf } from "../../../kit/json.ts";

/** The text of a message's content; `null` when it contains more than text. */
export function messageText(content: unknown): string | null {
  if (typeof content === "string") return content;
  const parts = isObject(content) ? [content] : objectsOf(content);
  const isText = parts.every(({ type }) => type === "input_text" || type === "output_text" || type === "text");
  return isText && parts.length > 0 ? parts.map(({ text }) => asText(text)).join("\n") : null;
}

/** The messages of a conversation in the form that a scenario needs: the last user message, the messages before, and whether there were instructions. */
export interface ReadMessages {
  opening: { role: "user" | "assistant"; text: string }[];
  user: string;
  hasInstructions: boolean;
}

/** Reads a list of messages, or returns why it cannot be read. */
export function readMessages(list: readonly unknown[]): ReadMessages | string {
  const messages = list.filter(isObject).map(({ role, content }) => ({ role, text: messageText(content) }));
  if (messages.some(({ text }) => text === null)) return "a message contains more than text";
  const said = messages.flatMap(({ role, text }) =>
    role === "user" || role === "assistant" ? [{ role, text: text ?? "" } as const] : [],
  );
  const last = said.at(-1);
  if (last?.role !== "user") return "the last message is not a user message";
  const hasInstructions = messages.some(({ role }) => role === "system" || role === "developer");
  return { opening: said.slice(0, -1), user: last.text, hasInstructions };
}
