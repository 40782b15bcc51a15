import { createRequire } from "node:module";
import type { RE2JS } from "re2js";

/** A regular expression of a user. It takes time proportional to the text, whatever the expression and the text are. */
export interface Pattern {
  test(this: void, text: string): boolean;
  /** The match and its groups, or `null`; an unmatched group is `undefined`. */
  exec(this: void, text: string): (string | undefined)[] | null;
}

/** Why a text is not a supported regular expression. `start` and `end` are the position of the fault. */
export interface PatternFault {
  message: string;
  hint?: string;
  /** True when it is valid elsewhere, but contains something that cannot be matched in linear time. */
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

/** The fault of a regular expression, or `null`. */
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
 * Expressions that RE2 accepts whenever JavaScript does: flags in front, then characters, classes without escapes, groups, alternatives and repeats without numbers.
 */
const plain =
  /^(\(\?[ims]{1,3}\))?(?:[^\\()[\]{}]|\\[dDwWsS.+*?^$|()[\]{}/-]|\[\^?[^\\[\]^:&~-]+(?:-[^\\[\]^:&~-]+)*\]|\((?!\?)|\))*$/;
/** RE2 does not accept expressions of any length or depth. */
const plainLength = 500;

function compile(source: string): Pattern | PatternFault {
  const native = plainOf(source);
  return native === null ? compileNow(source) : compileLater(source, native);
}

/** The expression without its flags if the engine is certain to accept it, or `null`. This avoids loading the engine, which takes longer than checking most projects. */
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

/** A pattern that loads the engine on demand. Both engines match the empty text in the same way, and at once. */
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

/** Loaded on demand: most commands match nothing. */
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
    ...(isRepeat && {
      hint: "An expression can be repeated at most 1000 times, including the repeats of enclosing groups.",
    }),
    isUnsupported: isRepeat,
    start,
    end,
  };
}

/** JavaScript's white space and line ends (ECMA-262, WhiteSpace and LineTerminator); RE2 knows only those of ASCII. */
const space = String.raw`\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`;
const notSpace = String.raw`\x00-\x08\x0e-\x1f!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`;
const lineEnds = String.raw`\n\r\x{2028}\x{2029}`;

const tokens =
  /\\u\{([0-9a-f]+)\}|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})|\\c([a-z])|\\([pP])\{([^}]*)\}|\\(k<[^>]*>|[1-9]\d*)|\(\?<?[=!]|\[\^?\]?|\\[^]|[^]/giy;

/** The same expression in RE2's syntax, or a fault for what RE2 does not support. Where the two differ, JavaScript's meaning is kept. */
function translate(source: string): string | PatternFault {
  const dotsAreAll = /^\(\?[a-z]*s/.test(source);
  let isInClass = false;
  let result = "";
  for (const match of source.matchAll(tokens)) {
    const [text, point, high, low, unit, control, property, name, reference] = match;
    const { index } = match;
    if (reference !== undefined && !isInClass)
      return unsupported("backreferences are not supported", text, index, "Write out what is repeated.");
    if (/^\(\?<?[=!]/.test(text) && !isInClass)
      return unsupported("lookahead and lookbehind are not supported", text, index, lookaroundHint);
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
  "They can take unlimited time. Split the expression: not_contains or $not: { $regex: ... } for what must not match, a list or $all for several conditions.";

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

/** A property such as `\p{L}`, unchanged when RE2 knows it, or else as the characters that have it in JavaScript. */
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
