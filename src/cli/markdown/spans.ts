import { styleText } from "node:util";
import { displayWidth } from "../../kit/display-width.ts";
import { printableLine } from "../../kit/terminal-text.ts";

export type Style = "bold" | "italic" | "underline" | "strikethrough" | "dim" | "cyan";

/** Text in one style. Line ends in it are hard line breaks. */
export interface Span {
  text: string;
  styles: readonly Style[];
}

/** A span for a terminal, with control characters made visible. */
export function painted({ text, styles }: Span): string {
  const safe = printableLine(text);
  return styles.length === 0 || safe === "" ? safe : styleText([...styles], safe, { validateStream: false });
}

/** The width of spans in columns. */
export function widthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + displayWidth(printableLine(text)), 0);
}

/** Spans in lines of at most `width` columns, broken at spaces; a longer word is not split, so that it can be copied. */
export function wrap(spans: readonly Span[], width: number): Span[][] {
  const lines: Span[][] = [];
  let line: Span[] = [];
  let used = 0;
  let word: Span[] = [];
  let gap: Span | null = null;
  const endWord = () => {
    if (word.length === 0) return;
    const size = widthOf(word);
    const before = gap === null || line.length === 0 ? [] : [gap];
    if (line.length > 0 && used + before.length + size > width) endLine();
    else {
      line.push(...before);
      used += before.length;
    }
    line.push(...word);
    used += size;
    [word, gap] = [[], null];
  };
  const endLine = () => {
    lines.push(line);
    [line, used, gap] = [[], 0, null];
  };
  for (const { text, styles } of spans) {
    for (const part of text.split(/(\n|[ \t]+)/)) {
      if (part === "") continue;
      if (part === "\n") {
        endWord();
        endLine();
      } else if (/^[ \t]/.test(part)) {
        endWord();
        gap = { text: " ", styles };
      } else word.push({ text: part, styles });
    }
  }
  endWord();
  if (line.length > 0 || lines.length === 0) endLine();
  return lines;
}
