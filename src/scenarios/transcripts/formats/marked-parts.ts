/** The marks around parts of a text. Both patterns are global; a part without an end mark extends to the end of the text, or does not count. */
export interface Marks {
  begin: RegExp;
  end: RegExp;
  needsEnd: boolean;
}

/** A text split into marked parts and the rest. */
export interface MarkedText {
  /** The texts inside marks, in order, trimmed. */
  parts: string[];
  /** The text outside marks. */
  rest: string;
}

/** Extracts marked parts from a text in a single pass: one pattern for both marks would search for the end again from each beginning. */
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
