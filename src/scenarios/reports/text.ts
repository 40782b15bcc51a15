import { cutEnd, isBlank, withInvisible } from "../../kit/difference.ts";
import { printable } from "../../kit/terminal-text.ts";

/** Characters of a line that are shown; of a longer one the beginning, and how much more there is. */
export const mostCharacters = 300;

/** A line of nothing but characters that are not shown has their names. */
function seen(line: string): string {
  return isBlank(line) ? withInvisible(line) : line;
}

/** Every line of a text behind a prefix; of a long text the first lines, and how many more there are. */
export function block(text: string, prefix: string, mostLines: number): string[] {
  const lines = text.trimEnd().split("\n");
  const rest = lines.length - mostLines;
  const shown = (rest > 1 ? lines.slice(0, mostLines) : lines).map((line) =>
    printable(cutEnd(seen(line), mostCharacters)),
  );
  return [...shown, ...(rest > 1 ? [`… ${rest} more lines`] : [])].map((line) => `${prefix}${line}`.trimEnd());
}
