/** A piece of a text with expressions: literal text, or an expression and where its source stands in the whole text. */
export type TemplatePiece = { kind: "text"; text: string } | { kind: "expression"; source: string; start: number };

/** A `${{` without its `}}`, at `start`. */
export interface OpenTemplate {
  kind: "open";
  start: number;
}

/** Whether a text holds expressions; spares the rest of the work for nearly every text. */
export const hasExpressions = (text: string): boolean => text.includes("${{");

/**
 * Splits a text at its `${{ expression }}` parts. Braces and quotes inside an expression are understood, so
 * `${{ {"a": {}} }}` is one. A literal `${{` is written `${{ "${{" }}`.
 */
export function parseTemplate(text: string): TemplatePiece[] | OpenTemplate {
  const pieces: TemplatePiece[] = [];
  let from = 0;
  for (let open = text.indexOf("${{"); open !== -1; open = text.indexOf("${{", from)) {
    const end = closingOf(text, open + 3);
    if (end === -1) return { kind: "open", start: open };
    if (open > from) pieces.push({ kind: "text", text: text.slice(from, open) });
    pieces.push(trimmed(text.slice(open + 3, end), open + 3));
    from = end + 2;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ kind: "text", text: text.slice(from) });
  return pieces;
}

function trimmed(source: string, start: number): TemplatePiece {
  const leading = source.length - source.trimStart().length;
  return { kind: "expression", source: source.trim(), start: start + leading };
}

/** Where the `}}` of an expression that begins at `from` stands; -1 when there is none. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"' || character === "'") at = endOfString(text, at, character);
    else if (character === "{") depth += 1;
    else if (character === "}" && depth > 0) depth -= 1;
    else if (character === "}" && text[at + 1] === "}") return at;
  }
  return -1;
}

/** The index of the last character of a CEL string that opens at `at`; the text's end when it is never closed. */
function endOfString(text: string, at: number, quote: string): number {
  const delimiter = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let index = at + delimiter.length; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text.startsWith(delimiter, index)) return index + delimiter.length - 1;
  }
  return text.length;
}
