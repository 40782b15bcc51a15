import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePattern, patternFault } from "../../src/schema/pattern.ts";
import { times } from "../times.ts";

const pieces = [
  "a",
  "B",
  "\\d",
  "\\D",
  "\\w",
  "\\W",
  "\\s",
  "\\S",
  ".",
  "\\.",
  "\\-",
  "\\/",
  "é",
  "👋",
  "\\u00e9",
  "\\u{1F44B}",
  "\\ud83d\\udc4b",
  "\\x41",
  "\\cJ",
  "\\n",
  "\\t",
  "\\0",
  "\\b",
  "\\B",
  "^",
  "$",
  "[a-c]",
  "[^a]",
  "[\\s\\d]",
  "[\\S]",
  "[^\\S\\n]",
  "[\\b]",
  "[.*+?]",
  "[[:a]",
  "[]",
  "[^]",
  "\\p{L}",
  "\\P{L}",
  "\\p{Script=Greek}",
  "[\\p{Lu}x]",
  "(?<n>a)",
  "(?:a|B)",
  "(a|b)",
  "a{2}",
];
const piece = fc.constantFrom(...pieces);
const quantified = fc.tuple(piece, fc.constantFrom("", "", "", "*", "+?", "?", "{1,2}")).map(([what, times]) =>
  // Nothing can be repeated that is a place and no character.
  /^(\^|\$|\\b|\\B|\{)$/.test(what) || what.endsWith("}") ? what : what + times,
);
const source = fc.array(quantified, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
const text = fc
  .array(fc.constantFrom(...Array.from("aBc1_ .-/\n\r\t\0\b\u2028\u00a0é👋Ωω[:{,2}")), { maxLength: 8 })
  .map((characters) => characters.join(""));

test("law: a pattern matches what it matches in JavaScript, and catches the same", () => {
  fc.assert(
    fc.property(source, fc.constantFrom("", "i", "s", "is"), text, (pattern, flags, where) => {
      const native = nativeOf(pattern, flags);
      fc.pre(native !== null);
      // V8 finds \\B inside a surrogate pair, where Unicode mode has no position.
      fc.pre(!pattern.includes("\\B") || !where.includes("👋"));
      const ours = parsePattern(flags === "" ? pattern : `(?${flags})${pattern}`);
      const found = native?.exec(where) ?? null;
      expect(ours.test(where)).toBe(found !== null);
      expect(ours.exec(where)?.slice() ?? null).toEqual(found === null ? null : [...found]);
    }),
    { numRuns: times(500) },
  );
});

/** In Unicode mode, which takes no `\\-` outside a class. */
function nativeOf(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern.replaceAll("\\-", "-"), `${flags}u`);
  } catch {
    return null;
  }
}

test.each([
  ["^\\-?\\d+$", "-12", true],
  ["a{,2}", "a{,2}", true],
  ["{", "a{", true],
  ["(?i)paris", "in PARIS", true],
  ["(?im)^b$", "a\nB\nc", true],
  ["(?i:A)b", "aB", false],
])("%s is read although Unicode mode takes it in another form, or not at all", (pattern, where, matches) => {
  expect(parsePattern(pattern).test(where)).toBe(matches);
});

test.each([
  ["^(a+)+$", "a".repeat(50_000) + "b"],
  ["(x+x+)+y", "x".repeat(50_000)],
  ["^(\\w+\\s?)*$", "word ".repeat(20_000) + "!"],
  ["(.*)(.*)(.*)(.*)(.*)[^a]$", "a".repeat(50_000)],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(50_000)],
])("%s is decided on a text for which a backtracking engine takes years", (pattern, where) => {
  expect(parsePattern(pattern).test(where)).toBe(false);
  expect(parsePattern(pattern).exec(where)).toBeNull();
});

describe("faults", () => {
  test.each<[pattern: string, message: RegExp, part: string, isUnsupported: boolean]>([
    ["a(?=b)", /lookahead/, "(?=", true],
    ["^(?!.*sorry)", /lookahead/, "(?!", true],
    ["(?<=a)b", /lookbehind/, "(?<=", true],
    ["(?<!a)b", /lookbehind/, "(?<!", true],
    ["(a)\\1", /backreference/, "\\1", true],
    ["(?<n>a)\\k<n>", /backreference/, "\\k<n>", true],
    ["a{1001}", /repeat/, "{1001}", true],
    ["(a{500}){500}", /repeat/, "{500}", true],
    ["a(b", /missing closing \)/, "a(b", false],
    ["[a", /missing closing \]/, "[a", false],
    ["a**", /repetition/, "**", false],
    ["\\p{Nothing}", /range/, "\\p{Nothing}", false],
  ])("%s", (pattern, message, part, isUnsupported) => {
    const fault = patternFault(pattern);
    expect(fault?.message).toMatch(message);
    expect(fault?.isUnsupported).toBe(isUnsupported);
    expect(pattern.slice(fault?.start, fault?.end)).toBe(part);
    expect(fault?.hint !== undefined).toBe(isUnsupported);
    expect(() => parsePattern(pattern)).toThrow(SyntaxError);
  });

  test("what looks like one inside a class is none", () => {
    expect(patternFault("[(?=a]+[\\d(?!]")).toBeNull();
    expect(parsePattern("^[(?=]+$").test("(?=")).toBe(true);
  });
});

test("what is taken to be valid without the engine can be compiled by it", () => {
  const part = fc.constantFrom(
    ...Array.from("aB é👋.*+?|()^$[]-,:=_/{}"),
    "\\d",
    "\\s",
    "\\.",
    "\\-",
    "[a-c]",
    "[^a-z0-9_]",
    "(?i)",
    "[z-a]",
    "()",
    "a**",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const source = parts.join("");
      if (patternFault(source) !== null) return;
      const pattern = parsePattern(source);
      expect(pattern.test("")).toBe(pattern.exec("") !== null);
    }),
    { numRuns: times(3_000) },
  );
});
