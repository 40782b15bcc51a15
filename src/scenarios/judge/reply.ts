import { posix } from "node:path";
import type { Path } from "../../project/project.ts";
import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import type { ExpandedScenario } from "../expand.ts";
import { schemaViolations } from "../matcher/json-schema.ts";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import { parseRegex } from "../../project/regex.ts";
import { replyOf, type TurnRecord } from "../record.ts";
import { replyJson } from "../reply-json.ts";
import { textsOf } from "./texts.ts";
import type { Finding } from "./verdict.ts";
import { parseJson } from "../../kit/json.ts";

type ExpectedReply = NonNullable<WrittenTurnExpectations["reply"]>;
type ExpectedJson = NonNullable<ExpectedReply["json"]>;

/** Judges what the assistant said. */
export function judgeReply(expected: ExpectedReply, turn: TurnRecord, scenario: ExpandedScenario): Finding[] {
  const reply = replyOf(turn);
  const said = (at: Path, wanted: unknown, pass: boolean, words: string): Finding => ({
    at,
    pass,
    expected: wanted,
    actual: reply,
    sentence: pass ? `the reply ${words}` : `expected a reply that ${words}`,
  });
  return [
    ...textsOf(expected.contains, "contains").map(({ at, text }) =>
      said(at, text, reply.includes(text), `contains ${show(text)}`),
    ),
    ...(expected.any_of === undefined ? [] : [judgeAnyOf(expected.any_of)]),
    ...textsOf(expected.not_contains, "not_contains").map(({ at, text }) =>
      said(at, text, !reply.includes(text), `does not contain ${show(text)}`),
    ),
    ...textsOf(expected.matches, "matches").map(({ at, text }) =>
      said(at, text, parseRegex(text).test(reply), `matches /${text}/`),
    ),
    ...(expected.equals === undefined
      ? []
      : [said(["equals"], expected.equals, reply === expected.equals, `is ${show(expected.equals)}`)]),
    ...(expected.json === undefined ? [] : judgeJson(expected.json, turn, scenario)),
    ...(expected.words === undefined ? [] : [judgeWords(expected.words, reply)]),
  ];

  function judgeAnyOf(wanted: string[]): Finding {
    const words = `contains one of ${wanted.map(show).join(", ")}`;
    return said(
      ["any_of"],
      wanted,
      textsOf(wanted, "any_of").some(({ text }) => reply.includes(text)),
      words,
    );
  }
}

function judgeJson(expected: ExpectedJson, turn: TurnRecord, scenario: ExpandedScenario): Finding[] {
  const value = replyJson(turn);
  if (value === undefined) {
    return [{ at: ["json"], pass: false, expected, actual: replyOf(turn), sentence: "the reply holds no JSON" }];
  }
  const found = (key: "schema" | "match", faults: string[], words: string): Finding => ({
    at: ["json", key],
    pass: faults.length === 0,
    expected: expected[key],
    actual: value,
    sentence: faults.length === 0 ? `the reply's JSON ${words}` : `the reply's JSON: ${faults.join("; ")}`,
  });
  const { schema, match: pattern } = expected;
  return [
    ...(schema === undefined
      ? []
      : [found("schema", schemaViolations(readSchema(schema, scenario), value), "fits the schema")]),
    ...(pattern === undefined
      ? []
      : [
          found(
            "match",
            match(pattern, value).map(({ sentence }) => sentence),
            "matches",
          ),
        ]),
  ];
}

/** A schema, or the one in the file that it names, beside the scenario's file. */
function readSchema(schema: NonNullable<ExpectedJson["schema"]>, { declared, texts }: ExpandedScenario): unknown {
  if (typeof schema !== "string") return schema;
  const file = posix.join(posix.dirname(declared.file), schema);
  return parseJson(texts.get(file) ?? "") ?? false;
}

function judgeWords(expected: unknown, reply: string): Finding {
  const actual = reply.split(/\s+/).filter((word) => word !== "").length;
  const faults = match(expected, actual).map(({ sentence }) => sentence);
  const sentence =
    faults.length === 0
      ? `the reply has ${actual} ${actual === 1 ? "word" : "words"}`
      : `words of the reply: ${faults.join("; ")}`;
  return { at: ["words"], pass: faults.length === 0, expected, actual, sentence };
}
