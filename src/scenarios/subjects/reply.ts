import { posix } from "node:path";
import type { Path } from "../../project/project.ts";
import { hasExpressions } from "../../project/template.ts";
import { parsePattern, patternFault } from "../../schema/pattern.ts";
import { JsonSchema, closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { isBlank } from "../../kit/difference.ts";
import { parseJson } from "../../kit/json.ts";
import { schemaViolations } from "../../schema/json-schema.ts";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import { replyOf, type TurnRecord } from "../record.ts";
import { replyJson } from "../reply-json.ts";
import type { Finding } from "../verdict.ts";
import {
  Matcher,
  emptyTexts,
  neverFails,
  neverHolds,
  matcherFaults,
  readTexts,
  severity,
  textOf,
  texts,
  countFaults,
  type TextAt,
} from "./fragments.ts";
import { type Fault, defineSubject, type Source } from "./subject.ts";

const Reply = Type.Object(
  {
    contains: Type.Optional(texts("All of these stand in it.")),
    any_of: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: "At least one of these stands in it." }),
    ),
    not_contains: Type.Optional(texts("None of these stands in it.")),
    matches: Type.Optional(texts("Regular expressions that it matches; (?i) in front ignores case.")),
    equals: Type.Optional(Type.String({ description: "The whole reply." })),
    json: Type.Optional(
      Type.Object(
        {
          schema: Type.Optional(Type.Union([Type.String({ description: "A JSON file." }), JsonSchema])),
          match: Type.Optional(Matcher),
        },
        { ...closed, description: "The reply is JSON, fits a schema, matches a pattern." },
      ),
    ),
    words: Type.Optional(Matcher),
    empty: Type.Optional(Type.Literal(true, { description: "Nothing is said, which fails a turn otherwise." })),
    severity,
  },
  { ...closed, description: "What the reply of the turn must be." },
);

interface ExpectedReply {
  contains: TextAt[];
  anyOf: TextAt[];
  notContains: TextAt[];
  matches: TextAt[];
  equals: string | null;
  /** `schema` and `match` are `undefined` when nothing is expected; `written` is the schema as it stands in the file. */
  json: { schema: unknown; written: unknown; match: unknown } | null;
  words: unknown;
  isEmpty: boolean;
}

/** What the assistant said, all messages of the turn together. */
export const reply = defineSubject({
  name: "reply",
  turn: Reply,
  implied: {},
  textKind: ([key]) => (key === "matches" ? "regex" : "template"),
  read: readReply,
  references: ({ json }) =>
    json?.written === undefined ? [] : [{ kind: "schema", schema: json.written, at: ["json", "schema"] }],
  faults: (expected) => [...faultsAlone(expected), ...contradictions(expected)],
  judge: (expected, { turns }) => turns.flatMap((turn) => judgeReply(expected, turn)),
});

/** What is wrong with one thing that is expected, whatever else is. */
function faultsAlone({ contains, anyOf, notContains, matches, json, words }: ExpectedReply): Fault[] {
  return [
    ...patternsOfAnything(matches),
    ...emptyTexts([...contains, ...anyOf]),
    ...notContains
      .filter(({ text }) => text === "")
      .map(({ at }) => ({ at, code: "never_holds" as const, message: "every text contains the empty one" })),
    ...matcherFaults(json?.match, ["json", "match"]),
    ...countFaults(words, ["words"]),
  ];
}

/** Texts that no reply has and has not at once. What holds an expression is not known before. */
function contradictions({ contains, anyOf, notContains, equals, isEmpty }: ExpectedReply): Fault[] {
  const isKnown = ({ text }: TextAt) => text !== "" && !hasExpressions(text);
  const whole = isEmpty ? "" : equals;
  const exact = whole === null || hasExpressions(whole) ? null : whole;
  const needed = [...contains.filter(isKnown).map(({ text }) => text), ...(exact === null ? [] : [exact])];
  const missing = (all: readonly TextAt[]) =>
    exact === null ? [] : all.filter((each) => isKnown(each) && !exact.includes(each.text));
  const others = missing(anyOf);
  return [
    ...notContains
      .filter((each) => isKnown(each) && needed.some((text) => text.includes(each.text)))
      .map(({ at }) => neverHolds(at, "the reply must hold this text as well")),
    ...[...missing(contains), ...(others.length === anyOf.length ? others.slice(0, 1) : [])].map(({ at }) =>
      neverHolds(at, `it is no part of ${isEmpty ? "an empty reply" : "what the reply must be"}`),
    ),
  ];
}

function readReply(written: Static<typeof Reply>, source: Source): ExpectedReply {
  const { contains, any_of: anyOf, not_contains: notContains, matches, equals = null, json, words, empty } = written;
  return {
    contains: readTexts(contains, "contains"),
    anyOf: readTexts(anyOf, "any_of"),
    notContains: readTexts(notContains, "not_contains"),
    matches: readTexts(matches, "matches"),
    equals,
    json:
      json === undefined ? null : { schema: readSchema(json.schema, source), written: json.schema, match: json.match },
    words,
    isEmpty: empty === true,
  };
}

/** A pattern that begins or ends anywhere and says nothing of what is there: `.*`, `(?i)^.*`, `.*$`. */
const anything = /^(?:\(\?[a-z]+\))?(?:\^?(?:\.\*\??)*|(?:\.\*\??)*\$)$/;

function patternsOfAnything(all: readonly TextAt[]): Fault[] {
  return all
    .filter(({ text }) => anything.test(text) || isFoundInNothing(text))
    .map(({ at }) => neverFails(at, "every text matches it", "Write a pattern of something that must be there."));
}

/** True for a pattern that matches no characters wherever it is tried: `x*`, `(?:late)?`. */
function isFoundInNothing(text: string): boolean {
  const bare = text.replaceAll(/\\[^bBAzG]|\[(?:\\.|[^\]])*\]/g, "");
  return (
    !hasExpressions(text) && patternFault(text) === null && !/[\^$]|\\[bBAzG]/.test(bare) && parsePattern(text).test("")
  );
}

/** A schema, or the one in the file that it names, beside the scenario's file. */
function readSchema(written: unknown, { file, texts }: Source): unknown {
  if (typeof written !== "string") return written;
  return parseJson(texts.get(posix.join(posix.dirname(file), written)) ?? "") ?? false;
}

function judgeReply(expected: ExpectedReply, turn: TurnRecord): Finding[] {
  const said = replyOf(turn);
  const found = (at: Path, wanted: unknown, pass: boolean, words: string): Finding => ({
    at,
    pass,
    expected: wanted,
    actual: said,
    sentence: pass ? `the reply ${words}` : `expected a reply that ${words}`,
    shows: "missing_part",
  });
  const each = (all: TextAt[], holds: (text: string) => boolean, words: (text: string) => string) =>
    all.map((one) => found(one.at, textOf(one), holds(textOf(one)), words(textOf(one))));
  const anyOf = expected.anyOf.map(textOf);
  const { equals, json, words, isEmpty } = expected;
  return [
    ...judgeSilence(turn, isEmpty || equals === ""),
    ...(isEmpty ? [found(["empty"], "", isBlank(said), "is empty")] : []),
    ...each(
      expected.contains,
      (text) => said.includes(text),
      (text) => `contains ${show(text)}`,
    ),
    ...(anyOf.length === 0
      ? []
      : [
          found(
            ["any_of"],
            anyOf,
            anyOf.some((text) => said.includes(text)),
            `contains one of ${anyOf.map(show).join(", ")}`,
          ),
        ]),
    ...each(
      expected.notContains,
      (text) => !said.includes(text),
      (text) => `does not contain ${show(text)}`,
    ).map((finding) => Object.assign(finding, { shows: "unwanted_part" as const })),
    ...each(
      expected.matches,
      (text) => parsePattern(text).test(said),
      (text) => `matches /${text}/`,
    ),
    ...(equals === null
      ? []
      : [{ ...found(["equals"], equals, said === equals, `is ${show(equals)}`), shows: "difference" as const }]),
    ...(json === null ? [] : judgeJson(json, turn)),
    ...(words === undefined ? [] : [judgeWords(words, said)]),
  ];
}

/** A turn that completes without anything said, called or run fails: whatever is not contained in nothing would hold. */
function judgeSilence({ status, messages, calls, code, events }: TurnRecord, isExpected: boolean): Finding[] {
  if (status !== "completed" || isExpected) return [];
  const hasSpoken = messages.some(({ text, files }) => !isBlank(text) || files.length > 0);
  const hasActed = calls.length > 0 || code.length > 0 || events.some(({ event }) => event.kind === "search");
  if (hasSpoken || hasActed) return [];
  const sentence = "the assistant said nothing and called nothing";
  const nearest = "If that is right, say so: expect: { reply: { empty: true } }.";
  return [{ at: [], pass: false, expected: "something said or called", actual: "", sentence, nearest }];
}

function judgeJson(
  { schema, written, match: pattern }: NonNullable<ExpectedReply["json"]>,
  turn: TurnRecord,
): Finding[] {
  const value = replyJson(turn);
  if (value === undefined) {
    const sentence = "the reply holds no JSON";
    const expected = { schema: written, match: pattern };
    return [{ at: ["json"], pass: false, expected, actual: replyOf(turn), sentence, shows: "difference" }];
  }
  const found = (key: string, expected: unknown, faults: string[], words: string): Finding => ({
    at: ["json", key],
    pass: faults.length === 0,
    expected,
    actual: value,
    sentence: faults.length === 0 ? `the reply's JSON ${words}` : `the reply's JSON: ${faults.join("; ")}`,
    shows: "difference",
  });
  const misses = pattern === undefined ? [] : match(pattern, value).map(({ sentence }) => sentence);
  return [
    ...(schema === undefined ? [] : [found("schema", written, schemaViolations(schema, value), "fits the schema")]),
    ...(pattern === undefined ? [] : [found("match", pattern, misses, "matches")]),
  ];
}

function judgeWords(expected: unknown, said: string): Finding {
  const actual = said.split(/\s+/).filter((word) => word !== "").length;
  const faults = match(expected, actual).map(({ sentence }) => sentence);
  const sentence =
    faults.length === 0
      ? `the reply has ${actual} ${actual === 1 ? "word" : "words"}`
      : `words of the reply: ${faults.join("; ")}`;
  return { at: ["words"], pass: faults.length === 0, expected, actual, sentence, shows: "difference" };
}
