/** Splits streamed Markdown into blocks. */
export interface Blocks {
  /** Adds the next piece and returns the blocks that it completes. */
  push(piece: string): string[];
  /** Returns the rest as the last block and starts over. */
  end(): string[];
}

const blank = /^\s*$/;
const heading = /^ {0,3}#{1,6}(?:\s|$)/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const indented = /^[ \t]/;
/** The fence on a line, also inside a quote or a list item. */
const fenceOf = (line: string) => /^\s*(?:>\s*|(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}(?!.*`)|~{3,})/.exec(line)?.[1] ?? null;

/**
 * A block ends at a blank line outside of code, at the end of a fence, or at a heading. So the blocks of a text do not depend on the pieces
 * in which it arrived, and parsing a block takes time linear in its length.
 */
export function createBlocks(): Blocks {
  let partial = "";
  let lines: string[] = [];
  let fence: string | null = null;
  let isList = false;

  function flush(): string[] {
    const text = lines.join("\n").trimEnd();
    [lines, fence, isList] = [[], null, false];
    return blank.test(text) ? [] : [text];
  }

  function take(line: string): string[] {
    if (fence !== null) {
      lines.push(line);
      const isOver = fenceOf(line)?.startsWith(fence) === true && /^[\s>]*[`~]+\s*$/.test(line);
      if (isOver) fence = null;
      return isOver && !isList ? flush() : [];
    }
    if (blank.test(line)) {
      if (!isList) return flush();
      lines.push("");
      return [];
    }
    const opened = fenceOf(line);
    const isNext = lines.at(-1) === "" && !indented.test(line);
    const isOwn = !isList && (heading.test(line) || (opened !== null && !/^\s*>/.test(line)));
    const done = isNext || isOwn || (isList && heading.test(line)) ? flush() : [];
    if (lines.length === 0) isList = listItem.test(line);
    lines.push(line);
    fence = opened;
    return fence === null && heading.test(line) ? [...done, ...flush()] : done;
  }

  return {
    push(piece) {
      const [last = "", ...others] = (partial + piece).split("\n").toReversed();
      partial = last;
      return others.toReversed().flatMap((line) => take(line.replace(/\r$/, "")));
    },
    end() {
      const rest = partial;
      partial = "";
      return [...(rest === "" ? [] : take(rest)), ...flush()];
    },
  };
}
