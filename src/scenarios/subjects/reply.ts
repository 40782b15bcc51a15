import { posix } from "node:path";
import { JsonSchema, closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { isBlank } from "../../kit/difference.ts";
import { parseJson } from "../../kit/json.ts";
import { schemaViolations } from "../../schema/json-schema.ts";
import { match } from "../matcher/match.ts";
import { replyOf, type TurnRecord } from "../record/record.ts";
import { replyJson } from "../record/reply-json.ts";
import type { Finding } from "../verdict.ts";
import { Matcher, matcherFaults, neverFails, severity } from "./fragments.ts";
import { expectsNothing, judgeSaid, readSaid, saidFaults, saidKeys, type ExpectedText } from "./said.ts";
import {
  judgeSimilar,
  Similar,
  similarAsk,
  similarFaults,
  similarReferences,
  type ExpectedSimilar,
} from "./similar.ts";
import { defineSubject, type Evidence, type Source } from "./subject.ts";

const Reply = Type.Object(
  {
    ...saidKeys,
    equals: Type.Optional(Type.String({ description: "The exact reply.", examples: ["Yes."] })),
    json: Type.Optional(
      Type.Object(
        {
          schema: Type.Optional(
            Type.Union(
              [
                Type.String({ description: "A JSON file with the schema.", examples: ["forecast.schema.json"] }),
                JsonSchema,
              ],
              {
                description: "A JSON Schema to which the reply must conform, or a file with one.",
                examples: ["forecast.schema.json"],
              },
            ),
          ),
          match: Type.Optional(Matcher),
        },
        { ...closed, description: "The reply must be JSON, and may have to conform to a schema or match a pattern." },
      ),
    ),
    similar: Type.Optional(Similar),
    empty: Type.Optional(
      Type.Literal(true, { description: "The assistant says nothing. Without this, a silent turn fails." }),
    ),
    severity,
  },
  { ...closed, description: "What the assistant's reply must be." },
);

interface ExpectedReply {
  text: ExpectedText;
  similar: ExpectedSimilar | undefined;
  /** `schema` and `match` are `undefined` when nothing is expected; `written` is the schema as it is in the file. */
  json: { schema: unknown; written: unknown; match: unknown } | null;
}

/** The assistant's reply: all messages of the turn together. */
export const reply = defineSubject({
  name: "reply",
  turn: Reply,
  implied: {},
  textKind: ([key]) => (key === "matches" ? "regex" : "template"),
  read: readReply,
  references: ({ json, similar }) => [
    ...(json?.written === undefined ? [] : [{ kind: "schema", schema: json.written, at: ["json", "schema"] } as const]),
    ...similarReferences(similar),
  ],
  faults: ({ text, json, similar }) => [
    ...(expectsNothing(text) && json === null && similar === undefined
      ? [neverFails([], "it checks nothing about the reply", "Add a key such as contains.")]
      : []),
    ...saidFaults(text, "reply"),
    ...matcherFaults(json?.match, ["json", "match"]),
    ...similarFaults(similar),
  ],
  asks: ({ similar }, { turns, redactJson }) =>
    similar === undefined ? [] : turns.map((turn) => similarAsk(similar, replyOf(turn), redactJson)),
  judge: (expected, evidence) => evidence.turns.flatMap((turn) => judgeReply(expected, turn, evidence)),
});

function readReply(written: Static<typeof Reply>, source: Source): ExpectedReply {
  const { json, similar } = written;
  return {
    text: readSaid(written),
    similar,
    json:
      json === undefined ? null : { schema: readSchema(json.schema, source), written: json.schema, match: json.match },
  };
}

/** A schema, or the schema in the file that it names, relative to the scenario's file. */
function readSchema(written: unknown, { file, texts }: Source): unknown {
  if (typeof written !== "string") return written;
  return parseJson(texts.get(posix.join(posix.dirname(file), written)) ?? "") ?? false;
}

function judgeReply({ text, json, similar }: ExpectedReply, turn: TurnRecord, evidence: Evidence): Finding[] {
  return [
    ...judgeSilence(turn, text.isEmpty || text.equals === ""),
    ...judgeSaid(text, replyOf(turn), "reply"),
    ...(json === null ? [] : judgeJson(json, turn)),
    ...(similar === undefined ? [] : [judgeSimilar(similar, replyOf(turn), evidence)]),
  ];
}

/** Fails a turn that completes without a message, a call or a code run: expectations such as not_contains would hold for it. */
function judgeSilence({ status, messages, calls, code, events }: TurnRecord, isExpected: boolean): Finding[] {
  if (status !== "completed" || isExpected) return [];
  const hasSpoken = messages.some(({ text, files }) => !isBlank(text) || files.length > 0);
  const hasActed = calls.length > 0 || code.length > 0 || events.some(({ event }) => event.kind === "search");
  if (hasSpoken || hasActed) return [];
  const sentence = "the assistant said nothing and called nothing";
  const nearest = "If that is intended, write expect: { reply: { empty: true } }.";
  return [{ at: [], pass: false, expected: "something said or called", actual: "", sentence, nearest }];
}

function judgeJson(
  { schema, written, match: pattern }: NonNullable<ExpectedReply["json"]>,
  turn: TurnRecord,
): Finding[] {
  const value = replyJson(turn);
  if (value === undefined) {
    const sentence = "the reply contains no JSON";
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
    ...(schema === undefined
      ? []
      : [found("schema", written, schemaViolations(schema, value), "conforms to the schema")]),
    ...(pattern === undefined ? [] : [found("match", pattern, misses, "matches")]),
  ];
}
