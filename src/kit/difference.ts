/** Two texts to show side by side, cut around the place where they differ. */
export interface ShownDifference {
  one: string;
  other: string;
  /** A note about a difference that is hard to see: white space only, or characters that look alike. `null` when it is visible. */
  note: string | null;
}

/** The number of characters that are kept before the first difference of a cut text. */
const context = 20;

/** Names of characters that are easily confused or invisible. */
const names: Record<string, string> = {
  "0009": "tab",
  "000A": "line feed",
  "000D": "carriage return",
  "0020": "space",
  "00A0": "no-break space",
  "00AD": "soft hyphen",
  "200B": "zero width space",
  "200C": "zero width non-joiner",
  "200D": "zero width joiner",
  "2009": "thin space",
  "2011": "non-breaking hyphen",
  "2013": "en dash",
  "2014": "em dash",
  "2018": "left single quotation mark",
  "2019": "right single quotation mark",
  "201C": "left double quotation mark",
  "201D": "right double quotation mark",
  "202F": "narrow no-break space",
  "2060": "word joiner",
  "2212": "minus sign",
  FEFF: "byte order mark",
};

/** Blanks other than a plain space, and invisible characters. */
const invisible = /[\p{Zs}\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu;

/**
 * Cuts two texts of any length so that each has at most about `most` characters and the first difference stays visible, with the count of
 * what was cut. Invisible characters are named, as in `<U+00A0>`; when only white space differs, blanks are shown as `·`, tabs as `→`
 * and line ends as `⏎`.
 */
export function showDifference(one: string, other: string, most: number): ShownDifference {
  const cut = cutAround(one, other, most);
  const show = isSameWithoutBlanks(one, other) ? withBlanks : withUnseen(one, other);
  return { one: show(cut.one), other: show(cut.other), note: differenceNote(one, other) };
}

/** Two texts cut around their first difference, with the count of what was cut: `…58 chars…and so on…12 chars…`. */
export function cutAround(one: string, other: string, most: number): { one: string; other: string } {
  const shared = sharedStart(one, other);
  const isLong = Math.max(one.length, other.length) > most;
  const from = isLong && shared > context ? boundary(one, shared - context) : 0;
  return { one: cutFrom(one, from, most), other: cutFrom(other, from, most) };
}

/** A text cut at its end, with the count of what was cut. */
export function cutEnd(text: string, most: number): string {
  return cutFrom(text, 0, most);
}

/** How two texts differ, when that is hard to see; `null` otherwise. */
export function differenceNote(one: string, other: string): string | null {
  if (one === other) return null;
  const [a, b] = differingCharacters(one, other);
  if (isSameWithoutBlanks(one, other)) {
    const isNamed = [a, b].some((each) => each !== undefined && isUnseen(each));
    return isNamed ? `white space only: ${nameOf(b)} instead of ${nameOf(a)}` : "white space only";
  }
  if (a === undefined || b === undefined) {
    const extra = a ?? b ?? "";
    return isUnseen(extra) ? `${nameOf(extra)} ${a === undefined ? "added" : "removed"}` : null;
  }
  if (isUnseen(b) && followsWith(other, one)) return `${nameOf(b)} added`;
  if (isUnseen(a) && followsWith(one, other)) return `${nameOf(a)} removed`;
  return isUnseen(a) || isUnseen(b) || looksAlike(a, b) ? `${nameOf(b)} instead of ${nameOf(a)}` : null;
}

/** The text with invisible characters named: `<U+00A0>`. Plain spaces, tabs and line ends stay. */
export function withInvisible(text: string): string {
  return text.replaceAll(invisible, (each) => (each === " " ? each : `<${codeOf(each)}>`));
}

/** The function that shows parts of two texts that differ in more than blanks: tabs are visible when one text has more of them. */
export function withUnseen(one: string, other: string): (text: string) => string {
  const tabs = (text: string) => text.split("\t").length;
  if (tabs(one) === tabs(other)) return withInvisible;
  return (text) => withInvisible(text).replaceAll("\t", "→");
}

/** True for a text without visible characters. */
export function isBlank(text: string): boolean {
  return text.replaceAll(invisible, "").trim() === "";
}

/** The text with visible blanks: `·` for a space, `→` for a tab, `⏎` for a line end. */
export function withBlanks(text: string): string {
  return withInvisible(text).replaceAll(" ", "·").replaceAll("\t", "→").replaceAll(/\r?\n/g, "⏎");
}

/** True for texts that differ in white space only. */
export function isSameWithoutBlanks(one: string, other: string): boolean {
  return one !== other && one.replaceAll(/\s+/gu, "") === other.replaceAll(/\s+/gu, "");
}

function isUnseen(character: string): boolean {
  return character !== " " && new RegExp(`^${invisible.source}$`, "u").test(character);
}

/** True when the longer text continues like the other one after the first different character. */
function followsWith(longer: string, other: string): boolean {
  const from = sharedStart(longer, other);
  const next = from + String.fromCodePoint(longer.codePointAt(from) ?? 0).length;
  return longer.codePointAt(next) === other.codePointAt(from);
}

/** True for characters that look alike, at least one of them not ASCII: an accent, a dash, a letter of another alphabet. */
function looksAlike(a: string, b: string): boolean {
  const isPlain = (each: string) => /^[\x20-\x7e]$/.test(each);
  const isLetter = (each: string) => /^\p{L}$/u.test(each);
  if (isPlain(a) && isPlain(b)) return false;
  if (isLetter(a) && isLetter(b)) return scriptOf(a) !== scriptOf(b);
  return /^[\p{P}\p{S}]$/u.test(a) && /^[\p{P}\p{S}]$/u.test(b);
}

function scriptOf(letter: string): string {
  if (/\p{Script=Latin}/u.test(letter)) return "Latin";
  if (/\p{Script=Greek}/u.test(letter)) return "Greek";
  return /\p{Script=Cyrillic}/u.test(letter) ? "Cyrillic" : "another";
}

function nameOf(character: string | undefined): string {
  if (character === undefined) return "nothing";
  const code = codeOf(character);
  const name = names[code.slice(2)];
  return name === undefined ? code : `${code} (${name})`;
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The first different characters; `undefined` for a text that has ended. */
function differingCharacters(one: string, other: string): [string | undefined, string | undefined] {
  const from = sharedStart(one, other);
  const at = (text: string) => (from < text.length ? String.fromCodePoint(text.codePointAt(from) ?? 0) : undefined);
  return [at(one), at(other)];
}

/** The length of the common beginning; never ends inside a surrogate pair. */
function sharedStart(one: string, other: string): number {
  const shortest = Math.min(one.length, other.length);
  let shared = 0;
  while (shared < shortest && one.charCodeAt(shared) === other.charCodeAt(shared)) shared += 1;
  return boundary(one, shared);
}

function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

function cutFrom(text: string, from: number, most: number): string {
  const end = text.length - from > most ? boundary(text, from + most) : text.length;
  const head = from > 0 ? `…${count(from)}…` : "";
  const tail = end < text.length ? `…${count(text.length - end)}…` : "";
  return `${head}${text.slice(from, end)}${tail}`;
}

function count(characters: number): string {
  return `${characters.toLocaleString("en-US")} ${characters === 1 ? "char" : "chars"}`;
}
