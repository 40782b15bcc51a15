/** The number of characters that V8 quotes on each side of an unexpected token (`kMaxContextCharacters` of its json-parser.cc). */
const quotedAround = 10;

/** The message of `JSON.parse` without a position and without a part of the text, and the offset of the fault. */
export function jsonFaultOf(text: string, { message }: SyntaxError): { why: string; at: number } {
  const why = message.replace(/( in JSON)? at position .*$/s, "").replace(/, (?:"|\.\.\.).*$/s, "");
  const position = / at position (\d+)/.exec(message)?.[1];
  return { why, at: position === undefined ? offsetOfQuoted(text, message) : Number(position) };
}

/** The offset from a message that has no position, but the text around it. */
function offsetOfQuoted(text: string, message: string): number {
  const [, token = "", before, quoted = "", after] =
    /^Unexpected token '(.)', (\.\.\.)?"(.*)"(\.\.\.)? is not valid JSON$/su.exec(message) ?? [];
  if (quoted === "") return text.trimEnd().length;
  const start = before === undefined ? 0 : text.indexOf(quoted);
  if (before !== undefined) return start + quotedAround;
  return after === undefined ? text.indexOf(token) : quoted.length - quotedAround;
}
