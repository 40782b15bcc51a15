import { createRequire } from "node:module";
import type { RE2JS } from "re2js";

/** A regular expression that users wrote. It takes time in proportion to the text, whatever it is and whatever the text is. */
export interface Pattern {
  test(this: void, text: string): boolean;
  /** The match and its groups, or `null`; a group that took no part is `undefined`. */
  exec(this: void, text: string): (string | undefined)[] | null;
}

/** Why a text is no regular expression that is read here. `start` and `end` say which part of it. */
export interface PatternFault {
  message: string;
  hint?: string;
  /** It is one elsewhere: it holds what cannot be decided in linear time. */
  isUnsupported: boolean;
  start: number;
  end: number;
}

const require = createRequire(import.meta.url);
const patterns = new Map<string, Pattern | PatternFault>();

/**
 * Reads a regular expression in JavaScript's syntax, flags in front: `(?i)paris`. It runs in RE2, so lookaround and backreferences are
 * not possible. Throws a SyntaxError.
 */
export function parsePattern(source: string): Pattern {
  const read = readPattern(source);
  if ("message" in read) throw new SyntaxError(read.message);
  return read;
}

/** What is wrong with a regular expression, or `null`. */
export function patternFault(source: string): PatternFault | null {
  const read = readPattern(source);
  return "message" in read ? read : null;
}

function readPattern(source: string): Pattern | PatternFault {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const read = compile(source);
  patterns.set(source, read);
  return read;
}

/**
 * What RE2 reads whenever JavaScript does: flags in front, then characters, classes without escapes, groups, alternatives and repeats without numbers.
 */
const plain =
  /^(\(\?[ims]{1,3}\))?(?:[^\\()[\]{}]|\\[dDwWsS.+*?^$|()[\]{}/-]|\[\^?[^\\[\]^:&~-]+(?:-[^\\[\]^:&~-]+)*\]|\((?!\?)|\))*$/;
/** RE2 reads no expression of any length or depth. */
const plainLength = 500;

function compile(source: string): Pattern | PatternFault {
  const native = plainOf(source);
  return native === null ? compileNow(source) : compileLater(source, native);
}

/** The expression without its flags when it is certain without the engine that it reads it, or `null`: loading it takes longer than checking most projects. */
function plainOf(source: string): RegExp | null {
  if (source.length > plainLength) return null;
  const [all, flags = ""] = plain.exec(source) ?? [];
  if (all === undefined) return null;
  try {
    return new RegExp(source.slice(flags.length), "u");
  } catch {
    return null;
  }
}

/** The empty text is matched alike by both, and in no time. */
function compileLater(source: string, native: RegExp): Pattern {
  let compiled: Pattern | undefined;
  const pattern = (): Pattern => {
    const read = compiled ?? compileNow(source);
    if ("message" in read) throw new SyntaxError(read.message);
    compiled = read;
    return read;
  };
  return {
    test: (text) => (text === "" ? native : pattern()).test(text),
    exec: (text) => pattern().exec(text),
  };
}

function compileNow(source: string): Pattern | PatternFault {
  const translated = translate(source);
  if (typeof translated !== "string") return translated;
  try {
    const compiled = engine().compile(translated);
    return { test: (text) => compiled.test(text), exec: (text) => compiled.exec(text) };
  } catch (error) {
    return syntaxFault(source, error);
  }
}

/** Loaded when it is first needed: most commands match nothing. */
function engine(): typeof RE2JS {
  return (require("re2js") as { RE2JS: typeof RE2JS }).RE2JS;
}

function syntaxFault(source: string, error: unknown): PatternFault {
  if (!(error instanceof Error) || error.name !== "RE2JSSyntaxException") throw error;
  const [, what = error.message, part = ""] = /^error parsing regexp: (.*): `(.*)`$/s.exec(error.message) ?? [];
  const start = Math.max(0, source.indexOf(part));
  const end = source.includes(part) && part !== "" ? start + part.length : source.length;
  const isRepeat = what === "invalid repeat count";
  return {
    message: `invalid regular expression: ${part === "" ? what : `${what}: ${part}`}`,
    ...(isRepeat && { hint: "Something can be repeated at most 1000 times, counted through all groups around it." }),
    isUnsupported: isRepeat,
    start,
    end,
  };
}

/** JavaScript's white space and line ends (ECMA-262, WhiteSpace and LineTerminator); RE2 knows those of ASCII only. */
const space = String.raw`\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`;
const notSpace = String.raw`\x00-\x08\x0e-\x1f!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`;
const lineEnds = String.raw`\n\r\x{2028}\x{2029}`;

const tokens =
  /\\u\{([0-9a-f]+)\}|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})|\\c([a-z])|\\([pP])\{([^}]*)\}|\\(k<[^>]*>|[1-9]\d*)|\(\?<?[=!]|\[\^?\]?|\\[^]|[^]/giy;

/** The same expression in RE2's syntax, or what RE2 cannot do. Where the two read something differently, JavaScript's meaning is kept. */
function translate(source: string): string | PatternFault {
  const dotsAreAll = /^\(\?[a-z]*s/.test(source);
  let isInClass = false;
  let result = "";
  for (const match of source.matchAll(tokens)) {
    const [text, point, high, low, unit, control, property, name, reference] = match;
    const { index } = match;
    if (reference !== undefined && !isInClass)
      return unsupported("backreferences are not possible", text, index, "Write out what is repeated.");
    if (/^\(\?<?[=!]/.test(text) && !isInClass)
      return unsupported("lookahead and lookbehind are not possible", text, index, lookaroundHint);
    if (point !== undefined || unit !== undefined) result += `\\x{${point ?? unit}}`;
    else if (high !== undefined && low !== undefined) result += `\\x{${codePoint(high, low).toString(16)}}`;
    else if (control !== undefined) result += `\\x${(control.charCodeAt(0) % 32).toString(16).padStart(2, "0")}`;
    else if (property !== undefined && name !== undefined) result += propertyClass(property, name, isInClass);
    else if (isInClass) result += inClass(text);
    else result += outside(text, dotsAreAll);
    if (isInClass) isInClass = text !== "]";
    else isInClass = text === "[" || text === "[^";
  }
  return result;
}

const lookaroundHint =
  "They may take for ever. Split it: not_contains, or $not: { $regex: ... }, says what must not be there; a list or $all says several things.";

function unsupported(message: string, text: string, start: number, hint: string): PatternFault {
  return { message, hint, isUnsupported: true, start, end: start + text.length };
}

const codePoint = (high: string, low: string): number =>
  String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)).codePointAt(0) ?? 0;

function inClass(text: string): string {
  if (text.startsWith("[")) return text.replaceAll("[", "\\[");
  return { "\\s": space, "\\S": notSpace, "\\b": "\\x08", "\\0": "\\x00" }[text] ?? text;
}

function outside(text: string, dotsAreAll: boolean): string {
  if (text === "." && !dotsAreAll) return `[^${lineEnds}]`;
  const classes = { "\\s": `[${space}]`, "\\S": `[^${space}]`, "\\0": "\\x00", "[]": "[^\\x00-\\x{10ffff}]" };
  return { ...classes, "[^]": "[\\x00-\\x{10ffff}]" }[text] ?? text;
}

const expanded = new Map<string, string>();

/** `\p{L}` as it is when RE2 knows it; other properties that JavaScript knows as the characters that have them. */
function propertyClass(letter: string, name: string, isInClass: boolean): string {
  const written = `\\${letter}{${name}}`;
  const ranges = expanded.get(written) ?? expand(written);
  expanded.set(written, ranges);
  return isInClass || ranges === written ? ranges : `[${ranges}]`;
}

function expand(written: string): string {
  try {
    engine().compile(written);
    return written;
  } catch {
    const has = nativeClass(written);
    if (has === null) return written;
    const ranges: string[] = [];
    for (let from = 0; from <= 0x10ffff; from += 1) {
      if (!has(from)) continue;
      const start = from;
      while (from < 0x10ffff && has(from + 1)) from += 1;
      ranges.push(`\\x{${start.toString(16)}}-\\x{${from.toString(16)}}`);
    }
    return ranges.join("");
  }
}

function nativeClass(written: string): ((point: number) => boolean) | null {
  try {
    const native = new RegExp(written, "u");
    return (point) => native.test(String.fromCodePoint(point));
  } catch {
    return null;
  }
}
