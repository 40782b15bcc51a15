/** Input from a terminal in raw mode. */
export type Keys =
  | { kind: "keys"; text: string }
  /** Ctrl-C. */
  | { kind: "interrupt" }
  /** Pasted text, which a terminal marks after `pasteMarks.on`. */
  | { kind: "paste"; text: string };

/** Sequences that make a terminal mark pasted text, and stop it (xterm, "bracketed paste mode"). */
export const pasteMarks = { on: "\u001b[?2004h", off: "\u001b[?2004l" };

const begin = "\u001b[200~";
const end = "\u001b[201~";
const controlC = "\u0003";

/** Splits terminal input into keys, pastes and Ctrl-C, wherever the chunks are cut. */
export function createKeyReader(): (piece: string) => Keys[] {
  let rest = "";
  let pasted: string | null = null;
  return (piece) => {
    const found: Keys[] = [];
    let text = rest + piece;
    rest = "";
    while (text !== "") {
      const mark = pasted === null ? begin : end;
      const at = text.indexOf(mark);
      const part = at < 0 ? text.slice(0, text.length - begun(text, mark)) : text.slice(0, at);
      if (pasted === null) found.push(...typed(part));
      else pasted += part;
      if (at < 0) {
        rest = text.slice(part.length);
        break;
      }
      if (pasted !== null) found.push({ kind: "paste", text: pasted });
      pasted = pasted === null ? "" : null;
      text = text.slice(at + mark.length);
    }
    return found;
  };
}

/** The number of characters at the end of a text that may be the beginning of a mark. */
function begun(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length -= 1)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
}

function typed(text: string): Keys[] {
  const found: Keys[] = [];
  for (const [index, keys] of text.split(controlC).entries()) {
    if (index > 0) found.push({ kind: "interrupt" });
    if (keys !== "") found.push({ kind: "keys", text: keys });
  }
  return found;
}

/** Represents a line end within an edited line. */
const lineEnd = "↵";

/** A text of several lines as one editable line, without control characters that a line cannot hold. */
export function toEditedLine(text: string): string {
  const lines = text.replaceAll(/\r\n?/g, "\n").replaceAll("\t", "    ").replaceAll("\n", lineEnd);
  return lines.replaceAll(/\p{Cc}/gu, "");
}

/** The text that an edited line represents. */
export function fromEditedLine(line: string): string {
  return line.replaceAll(lineEnd, "\n");
}
