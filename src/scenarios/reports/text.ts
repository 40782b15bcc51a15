import { cutEnd, isBlank, withInvisible } from "../../kit/difference.ts";
import { printable } from "../../kit/terminal-text.ts";

/** The maximum length of a line, in characters; of a longer line, the beginning is shown and how much more there is. */
export const mostCharacters = 300;

/** The line, or for a line of only invisible characters their names. */
function seen(line: string): string {
  return isBlank(line) ? withInvisible(line) : line;
}

/** The lines of a text, each with a prefix; of a long text, the first lines and how many more there are. */
export function block(text: string, prefix: string, mostLines: number): string[] {
  const lines = text.trimEnd().split("\n");
  const rest = lines.length - mostLines;
  const shown = (rest > 1 ? lines.slice(0, mostLines) : lines).map((line) =>
    printable(cutEnd(seen(line), mostCharacters)),
  );
  return [...shown, ...(rest > 1 ? [`… ${rest} more lines`] : [])].map((line) => `${prefix}${line}`.trimEnd());
}
