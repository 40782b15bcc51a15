import { keyDefaults } from "../../project/schemas/defaults.ts";
import { asText } from "../fill.ts";
import type { Path } from "../../project/project.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { askOf, type Ask } from "../asking/ask.ts";
import type { JudgedMatter } from "../judging/prompt.ts";
import { tallyOf, type Tally } from "../judging/tally.ts";
import { transcriptParts } from "../judging/transcript-parts.ts";
import { readVote, type Vote } from "../judging/vote.ts";
import type { Finding } from "../verdict.ts";
import { neverFails, severity } from "./fragments.ts";
import { type Evidence, type Fault, type Reference, defineSubject } from "./subject.ts";

const Said = Type.Union(
  [
    Type.String({ description: "The complete answer, unchanged." }),
    Type.Object(
      {
        verdict: Type.Union([Type.Literal("pass"), Type.Literal("fail")], { description: "The verdict." }),
        reason: Type.Optional(
          Type.String({ description: "The reason for the verdict.", examples: ["It apologises."] }),
        ),
        quotes: Type.Optional(
          Type.Array(Type.String(), {
            description: "The passages that it quotes. Default: the assistant's last message.",
            examples: [["I am sorry about that."]],
          }),
        ),
      },
      closed,
    ),
  ],
  { description: "The judge's answer." },
);

const Long = Type.Object(
  {
    rubric: Type.String({
      minLength: 1,
      description: "What must be true of the assistant's behaviour, in plain words.",
      examples: ["It apologises, and promises no refund."],
    }),
    model: Type.Optional(
      Type.String({
        default: keyDefaults.models.judge,
        description: "A model under models: in playbill.yaml; default: judge.",
        examples: ["judge"],
      }),
    ),
    votes: Type.Optional(
      Type.Object(
        {
          confirm_on_fail: Type.Union([Type.Literal(3), Type.Literal(5), Type.Literal(7), Type.Literal(9)], {
            description: "If the first vote is fail, the majority of this many votes decides.",
          }),
        },
        { ...closed, description: "How many times the judge is asked. Default: once." },
      ),
    ),
    script: Type.Optional(
      Type.Union([Said, Type.Array(Said, { minItems: 1 })], {
        description: "The judge's answer when the assistant's answers are scripted; a list is used vote by vote.",
        examples: [{ verdict: "pass" }],
      }),
    ),
    severity,
  },
  closed,
);
const Rubric = Type.Union([Type.String({ minLength: 1 }), Long]);
const Judge = Type.Union([Type.String({ minLength: 1 }), Long, Type.Array(Rubric, { minItems: 1 })], {
  description: "Rubrics that a judge model must find satisfied.",
  examples: ["It apologises, and promises no refund."],
});

/** A request for a vote, with everything that the vote may depend on. */
export interface JudgeQuestion extends JudgedMatter {
  kind: "judge";
  /** The name of the model under `models` of playbill.yaml. */
  model: string;
  /** From 1. */
  vote: number;
}

interface Expected {
  at: Path;
  rubric: string;
  model: string | null;
  confirm: number;
  script: readonly unknown[] | null;
  severity: { severity?: "gate" | "warn" };
}

/** The verdict of a judge model by a rubric. It is requested last, and only when everything else holds, because it costs money. */
export const judge = defineSubject({
  name: "judge",
  turn: Judge,
  conversation: Judge,
  judged: "last",
  read: (written): Expected[] =>
    Array.isArray(written) ? written.map((each, index) => readRubric(each, [index])) : [readRubric(written, [])],
  references: (all): Reference[] =>
    all.map(({ at, model, script }) => ({ kind: "model", use: "judge", name: model, isScripted: script !== null, at })),
  faults: (all): Fault[] =>
    all.flatMap(({ at, rubric }) =>
      rubric.trim() === "" ? [neverFails(at, "the rubric is empty", "Write what must be true.")] : [],
    ),
  asks: (all, evidence) => all.flatMap((each) => nextAsk(each, evidence)),
  judge: (all, evidence) => all.map((each) => findingOf(each, evidence)),
});

function readRubric(written: Static<typeof Rubric>, at: Path): Expected {
  if (typeof written === "string") return { at, rubric: written, model: null, confirm: 1, script: null, severity: {} };
  const { rubric, model = null, votes, script, severity } = written;
  return {
    at,
    rubric,
    model,
    confirm: votes?.confirm_on_fail ?? 1,
    script: script === undefined ? null : Array.isArray(script) ? script : [script],
    severity: severity === undefined ? {} : { severity },
  };
}

function questionOf(
  { rubric, model }: Expected,
  { turns, soFar, opening, redactJson }: Evidence,
  vote: number,
): JudgeQuestion {
  const [only, ...others] = turns;
  const isTurn = only !== undefined && others.length === 0 && soFar.at(-1) === only && turns !== soFar;
  return {
    kind: "judge",
    model: model ?? keyDefaults.models.judge,
    rubric: redactJson(asText(rubric)),
    turn: isTurn ? only.number : null,
    vote,
    // Secrets are hidden before long texts are cut: the remainder of a secret would not be recognized.
    parts: transcriptParts(redactJson(opening), redactJson(soFar)),
  };
}

/** The votes so far, in their order, and the question for the next one. */
function votesOf(expected: Expected, evidence: Evidence): { votes: Vote[]; next: JudgeQuestion } {
  const votes: Vote[] = [];
  for (;;) {
    const next = questionOf(expected, evidence, votes.length + 1);
    const opinion = evidence.opinions[askOf(next).key];
    if (opinion === undefined) return { votes, next };
    votes.push(
      opinion.kind === "answer"
        ? readVote(evidence.redactJson(String(opinion.value)), next.parts)
        : { kind: "invalid", why: opinion.why },
    );
  }
}

function nextAsk(expected: Expected, evidence: Evidence): Ask[] {
  const { votes, next } = votesOf(expected, evidence);
  if (tallyOf(votes, expected.confirm).kind !== "open") return [];
  const { script } = expected;
  const said = script?.[Math.min(next.vote, script.length) - 1];
  return [{ ...askOf(next), ...(said !== undefined && { script: said }) }];
}

function findingOf(expected: Expected, evidence: Evidence): Finding {
  const { votes } = votesOf(expected, evidence);
  const tally = tallyOf(votes, expected.confirm);
  return { at: expected.at, expected: expected.rubric, ...outcomeOf(tally, votes), ...expected.severity };
}

function outcomeOf(tally: Tally, votes: readonly Vote[]): Pick<Finding, "pass" | "undecided" | "actual" | "sentence"> {
  switch (tally.kind) {
    case "decided": {
      const { verdict, counted, shown } = tally;
      const count = counted.filter((vote) => vote.verdict === verdict).length;
      const many = counted.length === 1 ? "" : ` (${count} of ${counted.length} votes)`;
      const reason = /[.!?]$/.test(shown.reason) ? shown.reason : `${shown.reason}.`;
      const quoted = shown.quotes.map((quote) => `"${quote}"`).join(", ");
      return {
        pass: verdict === "pass",
        actual: { verdict, reason: shown.reason, quotes: shown.quotes, votes: counted.map((vote) => vote.verdict) },
        sentence: `the judge says ${verdict}${many}: ${reason}${quoted === "" ? "" : ` It quotes ${quoted}.`}`,
      };
    }
    case "undecided":
      return {
        pass: false,
        undecided: true,
        actual: null,
        sentence: `the judge gave no usable answer in ${votes.length} attempts; the last one: ${tally.why}`,
      };
    case "open":
      return { pass: false, undecided: true, actual: null, sentence: "the judge was not asked" };
  }
}
