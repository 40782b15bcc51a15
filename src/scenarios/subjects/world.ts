import type { Path } from "../../project/project.ts";
import { Type } from "../../schema/builder.ts";
import { isObject } from "../../kit/json.ts";
import { isOperators } from "../matcher/operators.ts";
import { match } from "../matcher/match.ts";
import { matcherFaults, neverFails, severity } from "./fragments.ts";
import { defineSubject } from "./subject.ts";

const World = Type.Object(
  { severity },
  {
    additionalProperties: true,
    description: "What the tools share once it is over: a matcher of the world, as far as it is written here.",
  },
);

/** The state that the tools left: after the turn, or at the end of the conversation. */
export const world = defineSubject({
  name: "world",
  turn: World,
  conversation: World,
  read: (written) => Object.fromEntries(Object.entries(written).filter(([key]) => key !== "severity")),
  references: (pattern) => [{ kind: "world", written: pattern, at: [] }],
  faults: (pattern) => [
    ...matcherFaults(pattern, []),
    ...(Object.keys(pattern).length === 0
      ? [neverFails([], "it expects nothing of the world", "Write a part of it, as in { refunds: [] }.")]
      : []),
  ],
  judge(pattern, { turns }) {
    const actual = turns.at(-1)?.world;
    const misses = match(pattern, actual);
    const [first] = misses;
    if (first === undefined) {
      return [{ at: [], pass: true, expected: pattern, actual, sentence: "the world is as expected" }];
    }
    const sentence = `the world is not as expected: ${misses.map((miss) => miss.sentence).join("; ")}`;
    return [
      { at: placeOf(first.path, pattern), pass: false, expected: pattern, actual, sentence, shows: "difference" },
    ];
  },
});

/** The first steps of a path that are written in a pattern. */
function placeOf(path: Path, pattern: unknown): Path {
  const [step, ...rest] = path;
  if (step === undefined || isOperators(pattern)) return [];
  const inside = Array.isArray(pattern)
    ? (pattern as unknown[])[Number(step)]
    : isObject(pattern) && Object.hasOwn(pattern, step)
      ? pattern[step]
      : undefined;
  return inside === undefined ? [] : [step, ...placeOf(rest, inside)];
}
