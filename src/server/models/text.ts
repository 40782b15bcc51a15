import type { ModelMessage } from "./model.ts";

/** The text parts of a message, on separate lines. */
export function textOf({ content }: ModelMessage): string {
  return content.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n");
}
