import type { ModelMessage } from "./model.ts";

/** The text parts of a message, each on lines of its own. */
export function textOf({ content }: ModelMessage): string {
  return content.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n");
}
