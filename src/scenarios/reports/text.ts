import { printable } from "../../kit/terminal-text.ts";

/** Every line of a text behind a prefix; of a long text the first lines, and how many more there are. */
export function block(text: string, prefix: string, mostLines: number): string[] {
  const lines = printable(text).trimEnd().split("\n");
  const rest = lines.length - mostLines;
  const shown = rest > 1 ? [...lines.slice(0, mostLines), `… ${rest} more lines`] : lines;
  return shown.map((line) => `${prefix}${line}`.trimEnd());
}
