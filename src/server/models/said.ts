import type { ModelMessage } from "./model.ts";

/** What the user said, oldest first: the texts of a message joined by line ends. What the assistant said does not count. */
export function userTexts(messages: readonly ModelMessage[]): string[] {
  return messages.filter(({ role }) => role === "user").map(textOf);
}

/** The text parts of a message, each on lines of its own. */
export function textOf({ content }: ModelMessage): string {
  return content.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n");
}
