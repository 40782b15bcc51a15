/** The part of a text that is shown, from `from` to before `to` in characters, and what is omitted before and after it. */
export interface Excerpt {
  from: number;
  to: number;
}

/** The number of lines of a value that are shown at first. */
const mostLines = 12;
/** A longer line counts as several, as it wraps. */
const lineWidth = 120;
const mostCharacters = mostLines * lineWidth;
/** The number of characters shown per page of a long text. */
const pageSize = 262_144;

/** The first lines of a text, or the lines around a place in it; the entire text if it is short. */
export function excerptOf(text: string, around = 0): Excerpt {
  const linesBefore = around === 0 ? 0 : 3;
  const from = around === 0 ? 0 : lineStart(text, around, linesBefore, Math.max(0, around - mostCharacters / 4));
  let to = from;
  for (let lines = 0; lines < mostLines && to < text.length;) {
    const found = text.indexOf("\n", to);
    const end = found < 0 ? text.length : found + 1;
    const taken = Math.max(1, Math.ceil((end - to) / lineWidth));
    to = lines + taken <= mostLines ? end : unbroken(text, to + (mostLines - lines) * lineWidth);
    lines += taken;
  }
  return { from, to };
}

/** The start of the line that is `lines` lines before a place, but not before `least`. */
function lineStart(text: string, at: number, lines: number, least: number): number {
  let start = at;
  for (let line = 0; line <= lines; line += 1) {
    const end = start === 0 ? -1 : text.lastIndexOf("\n", start - 1);
    if (end < least) return line === 0 || end < 0 ? (least === 0 ? 0 : unbroken(text, Math.floor(least))) : start;
    if (line === lines) return end + 1;
    start = end;
  }
  return start;
}

/** The pages of a long text, which break at the start of a line if there is one in the last quarter of a page. */
export function pagesOf(text: string): Excerpt[] {
  const pages: Excerpt[] = [];
  for (let from = 0; from < text.length;) {
    const full = from + pageSize;
    const line = full < text.length ? text.lastIndexOf("\n", full - 1) + 1 : text.length;
    const to = full >= text.length ? text.length : line > from + (pageSize * 3) / 4 ? line : unbroken(text, full);
    pages.push({ from, to });
    from = to;
  }
  return pages.length === 0 ? [{ from: 0, to: 0 }] : pages;
}

/** A position that is not inside a surrogate pair. */
export function unbroken(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

/** A run of a text: visible characters, or one invisible character with its name. */
export type Run = { kind: "plain"; text: string } | { kind: "named"; text: string; name: string };

/** Control characters except tabs and line feeds, spaces other than the plain one, and invisible characters. */
const unseen = /[^\P{Cc}\t\n]|[^\P{Zs} ]|[\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]|\p{Cs}/gu;

/** Joiners and variation selectors, which belong to the preceding character in emoji and in some scripts. */
const joiner = /^(?:\u200c|\u200d|\ufe0e|\ufe0f)$/u;
const joinable =
  /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Emoji_Component}|\u200d|\p{M}|[^\P{L}\p{Script=Latin}])$/u;

/** Names of the most common of these characters. */
const names: Record<string, string> = {
  "0000": "NUL",
  "0007": "BEL",
  "0008": "BS",
  "000D": "CR",
  "001B": "ESC",
  "0085": "NEL",
  "00A0": "nbsp",
  "00AD": "soft hyphen",
  "200B": "zero width space",
  "200E": "LRM",
  "200F": "RLM",
  "2028": "line separator",
  "202A": "LRE",
  "202B": "RLE",
  "202C": "PDF",
  "202D": "LRO",
  "202E": "RLO",
  "202F": "narrow nbsp",
  "2060": "word joiner",
  "2066": "LRI",
  "2067": "RLI",
  "2068": "FSI",
  "2069": "PDI",
  FEFF: "byte order mark",
};

/** A text split so that each invisible character is a separate run with its name. All runs together are the text. */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(unseen)) {
    const before = text.slice(Math.max(0, index - 2), index);
    if (joiner.test(found) && joinable.test(before)) continue;
    if (index > end) runs.push({ kind: "plain", text: text.slice(end, index) });
    const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    runs.push({ kind: "named", text: found, name: names[code] ?? `U+${code}` });
    end = index + found.length;
  }
  if (end < text.length) runs.push({ kind: "plain", text: text.slice(end) });
  return runs;
}
