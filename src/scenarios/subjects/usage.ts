import type { Path } from "../../project/project.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { match } from "../matcher/match.ts";
import type { TurnRecord } from "../record/record.ts";
import { Matcher, countFaults, neverFails, severity } from "./fragments.ts";
import { type Fault, defineSubject } from "./subject.ts";

const counts = ["prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens"] as const;
const Usage = Type.Object(
  {
    prompt_tokens: Type.Optional(Matcher),
    completion_tokens: Type.Optional(Matcher),
    total_tokens: Type.Optional(Matcher),
    cached_tokens: Type.Optional(Matcher),
    reasoning_tokens: Type.Optional(Matcher),
    severity,
  },
  { ...closed, description: "The permitted numbers of tokens." },
);

/** The total tokens of turns, as counted by the target. */
export const usage = defineSubject({
  name: "usage",
  turn: Usage,
  conversation: Usage,
  read: (written) => counts.flatMap((key) => (written[key] === undefined ? [] : [{ key, pattern: written[key] }])),
  faults: (expected) =>
    expected.length === 0
      ? [neverFails([], "it checks nothing about the tokens", "Add a key such as total_tokens.")]
      : expected.flatMap(({ key, pattern }) => tokenFaults(pattern, [key])),
  judge(expected, { turns }) {
    return expected.map(({ key, pattern }) => {
      const actual = sumOf(turns, key);
      const faults = match(pattern, actual ?? undefined).map(({ sentence }) => sentence);
      const pass = faults.length === 0;
      const sentence = pass
        ? `${key}: ${actual}`
        : `${key}: ${actual === null ? "the target did not report it" : faults.join("; ")}`;
      return { at: [key], pass, expected: pattern, actual, sentence };
    });
  },
});

/** The faults of a matcher for tokens. One that every count matches can still fail: a target may report no tokens. */
function tokenFaults(pattern: unknown, at: Path): Fault[] {
  return countFaults(pattern, at).filter(({ code }) => code !== "never_fails");
}

function sumOf(turns: readonly TurnRecord[], key: (typeof counts)[number]): number | null {
  return turns.reduce<number | null>((sum, { usage }) => {
    const count = usage?.[key];
    return sum === null || count === undefined ? null : sum + count;
  }, 0);
}
