/** How parts of a text are marked. Both patterns are global; a part without an end reaches to the end of the text, or is none. */
export interface Marks {
  begin: RegExp;
  end: RegExp;
  needsEnd: boolean;
}

/** A text, taken apart. */
export interface MarkedText {
  /** What is inside of marks, in order, without blanks around it. */
  parts: string[];
  /** What is outside of them. */
  rest: string;
}

/** Takes marked parts out of a text. Goes through it once, whatever is in it: one pattern for both marks would look for the end again from each begin. */
export function takeMarked(text: string, { begin, end, needsEnd }: Marks): MarkedText {
  const parts: string[] = [];
  let rest = "";
  let at = 0;
  for (;;) {
    const opening = findFrom(text, begin, at);
    if (opening === null) break;
    const start = opening.index + opening[0].length;
    const closing = findFrom(text, end, start);
    if (closing === null && needsEnd) break;
    parts.push(text.slice(start, closing?.index).trim());
    rest += text.slice(at, opening.index);
    at = closing === null ? text.length : closing.index + closing[0].length;
  }
  return { parts, rest: rest + text.slice(at) };
}

function findFrom(text: string, pattern: RegExp, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
