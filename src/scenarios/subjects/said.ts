import type { Path } from "../../project/project.ts";
import { hasExpressions } from "../../project/expression.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { parsePattern, patternFault } from "../../schema/pattern.ts";
import { isBlank } from "../../kit/difference.ts";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import type { Finding } from "../verdict.ts";
import { Matcher, countFaults, neverFails, neverHolds } from "./fragments.ts";
import type { Fault } from "./subject.ts";
import { emptyTexts, findText, readTexts, showText, textList, textOf, texts, type TextAt } from "./texts.ts";

/** The keys that expectations about something said have in common. */
export const saidKeys = {
  contains: Type.Optional(texts("Texts that it must all contain.", ["late"])),
  any_of: Type.Optional(textList("Texts of which it must contain at least one.", [["late", "delayed"]])),
  not_contains: Type.Optional(texts("Texts that it must not contain.", ["refund"])),
  matches: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      description: "Regular expressions that it must match; a leading (?i) ignores case.",
      examples: ["(?i)order [A-Z]-\\d+"],
    }),
  ),
  equals: Type.Optional(Type.String({ description: "The exact text.", examples: ["Let me look that up."] })),
  words: Type.Optional(Matcher),
  empty: Type.Optional(Type.Literal(true, { description: "The assistant says nothing." })),
};
const Said = Type.Object(saidKeys);

/** Expectations about something that was said. */
export interface ExpectedText {
  contains: TextAt[];
  anyOf: TextAt[];
  notContains: TextAt[];
  matches: TextAt[];
  equals: string | null;
  /** A matcher for the number of words. */
  words: unknown;
  isEmpty: boolean;
}

/** Reads the keys in `saidKeys`. */
export function readSaid(written: Static<typeof Said>): ExpectedText {
  const { contains, any_of: anyOf, not_contains: notContains, matches, equals = null, words, empty } = written;
  return {
    contains: readTexts(contains, "contains"),
    anyOf: readTexts(anyOf, "any_of"),
    notContains: readTexts(notContains, "not_contains"),
    matches: readTexts(matches, "matches"),
    equals,
    words,
    isEmpty: empty === true,
  };
}

/** The faults of the expectations whatever is said. `name` is their subject in sentences: "reply". */
export function saidFaults(expected: ExpectedText, name: string): Fault[] {
  const { contains, anyOf, notContains, matches, words } = expected;
  return [
    ...patternsOfAnything(matches),
    ...emptyTexts([...contains, ...anyOf]),
    ...notContains
      .filter(({ text }) => text === "")
      .map(({ at }) => neverHolds(at, "every text contains the empty text")),
    ...countFaults(words, ["words"]),
    ...contradictions(expected, name),
  ];
}

/** True when there are no expectations. */
export function expectsNothing({
  contains,
  anyOf,
  notContains,
  matches,
  equals,
  words,
  isEmpty,
}: ExpectedText): boolean {
  const all = [...contains, ...anyOf, ...notContains, ...matches];
  return all.length === 0 && equals === null && words === undefined && !isEmpty;
}

/** Texts that would have to be both present and absent. Texts with expressions are not known in advance. */
function contradictions({ contains, anyOf, notContains, equals, isEmpty }: ExpectedText, name: string): Fault[] {
  const isKnown = ({ text }: TextAt) => text !== "" && !hasExpressions(text);
  const whole = isEmpty ? "" : equals;
  const exact = whole === null || hasExpressions(whole) ? null : whole;
  const needed = [...contains.filter(isKnown).map(({ text }) => text), ...(exact === null ? [] : [exact])];
  const missing = (all: readonly TextAt[]) =>
    exact === null ? [] : all.filter((each) => isKnown(each) && findText(each, exact) === null);
  const others = missing(anyOf);
  return [
    ...notContains
      .filter((each) => isKnown(each) && needed.some((text) => findText(each, text) !== null))
      .map(({ at }) => neverHolds(at, `the ${name} must also contain this text`)),
    ...[...missing(contains), ...(others.length === anyOf.length ? others.slice(0, 1) : [])].map(({ at }) =>
      neverHolds(at, `it is not part of ${isEmpty ? `an empty ${name}` : `what the ${name} must be`}`),
    ),
  ];
}

/** A pattern that begins or ends anywhere and requires nothing: `.*`, `(?i)^.*`, `.*$`. */
const anything = /^(?:\(\?[a-z]+\))?(?:\^?(?:\.\*\??)*|(?:\.\*\??)*\$)$/;

function patternsOfAnything(all: readonly TextAt[]): Fault[] {
  return all
    .filter(({ text }) => anything.test(text) || isFoundInNothing(text))
    .map(({ at }) => neverFails(at, "every text matches it", "Write a pattern for something that must be there."));
}

/** True for a pattern that matches the empty text at any position: `x*`, `(?:late)?`. */
function isFoundInNothing(text: string): boolean {
  const bare = text.replaceAll(/\\[^bBAzG]|\[(?:\\.|[^\]])*\]/g, "");
  return (
    !hasExpressions(text) && patternFault(text) === null && !/[\^$]|\\[bBAzG]/.test(bare) && parsePattern(text).test("")
  );
}

/** Judges what was said; `name` is its name in sentences. */
export function judgeSaid(expected: ExpectedText, said: string, name: string): Finding[] {
  const { contains, anyOf, notContains, matches, equals, words, isEmpty } = expected;
  const found = (at: Path, wanted: unknown, pass: boolean, what: string): Finding => ({
    at,
    pass,
    expected: wanted,
    actual: said,
    sentence: pass ? `the ${name} ${what}` : `expected a ${name} that ${what}`,
    shows: "missing_part",
  });
  return [
    ...(isEmpty ? [found(["empty"], "", isBlank(said), "is empty")] : []),
    ...contains.map((each) =>
      found(each.at, textOf(each), findText(each, said) !== null, `contains ${showText(each)}`),
    ),
    ...(anyOf.length === 0
      ? []
      : [
          found(
            ["any_of"],
            anyOf.map(textOf),
            anyOf.some((each) => findText(each, said) !== null),
            `contains one of ${anyOf.map(showText).join(", ")}`,
          ),
        ]),
    ...notContains.map((each): Finding => {
      const part = findText(each, said);
      const finding = found(each.at, part ?? textOf(each), part === null, `does not contain ${showText(each)}`);
      return Object.assign(finding, { shows: "unwanted_part" as const });
    }),
    ...matches.map((each) =>
      found(each.at, textOf(each), parsePattern(textOf(each)).test(said), `matches /${textOf(each)}/`),
    ),
    ...(equals === null
      ? []
      : [{ ...found(["equals"], equals, said === equals, `is ${show(equals)}`), shows: "difference" as const }]),
    ...(words === undefined ? [] : [judgeWords(words, said, name)]),
  ];
}

function judgeWords(expected: unknown, said: string, name: string): Finding {
  const actual = said.split(/\s+/).filter((word) => word !== "").length;
  const faults = match(expected, actual).map(({ sentence }) => sentence);
  const sentence =
    faults.length === 0
      ? `the ${name} has ${actual} ${actual === 1 ? "word" : "words"}`
      : `number of words in the ${name}: ${faults.join("; ")}`;
  return { at: ["words"], pass: faults.length === 0, expected, actual, sentence, shows: "difference" };
}
