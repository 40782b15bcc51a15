import type { Path } from "../../project/project.ts";
import { Type } from "../../schema/builder.ts";
import { isObject } from "../../kit/json.ts";
import { isOperators } from "../matcher/operators.ts";
import { match } from "../matcher/match.ts";
import { matcherFaults, neverFails, severity } from "./fragments.ts";
import type { Finding } from "../verdict.ts";
import { changesBetween, describeChange } from "../world/changes.ts";
import type { World } from "../world/operations.ts";
import { defineSubject } from "./subject.ts";

const others = "$others";

const WrittenWorld = Type.Object(
  {
    [others]: Type.Optional(
      Type.Literal("unchanged", { description: "Everything not written here must be unchanged." }),
    ),
    severity,
  },
  {
    additionalProperties: true,
    description: "The state of the world afterwards: a matcher of the parts that are written here.",
  },
);

/** The state that the tools left behind, after the turn or at the end of the conversation. */
export const world = defineSubject({
  name: "world",
  turn: WrittenWorld,
  conversation: WrittenWorld,
  read: (written) => ({
    pattern: Object.fromEntries(Object.entries(written).filter(([key]) => key !== "severity" && key !== others)),
    isClosed: written[others] !== undefined,
  }),
  references: ({ pattern }) => [{ kind: "world", written: pattern, at: [] }],
  faults: ({ pattern, isClosed }) => [
    ...matcherFaults(pattern, []),
    ...(Object.keys(pattern).length === 0 && !isClosed
      ? [neverFails([], "it checks nothing about the world", "Write a part of it, such as { refunds: [] }.")]
      : []),
  ],
  judge({ pattern, isClosed }, { turns, worldBefore }) {
    const actual = turns.at(-1)?.world;
    return [
      ...(Object.keys(pattern).length === 0 ? [] : [judgePattern(pattern, actual)]),
      ...(isClosed ? [judgeOthers(pattern, worldBefore ?? {}, actual ?? {})] : []),
    ];
  },
});

function judgePattern(pattern: Record<string, unknown>, actual: World | undefined): Finding {
  const misses = match(pattern, actual);
  const [first] = misses;
  const about = { expected: pattern, actual: actual ?? null };
  if (first === undefined) return { ...about, at: [], pass: true, sentence: "the world is as expected" };
  const sentence = `the world is not as expected: ${misses.map((miss) => miss.sentence).join("; ")}`;
  return { ...about, at: placeOf(first.path, pattern), pass: false, sentence, shows: "difference" };
}

/** The finding about changes to parts that the pattern does not mention. */
function judgeOthers(pattern: unknown, before: World, after: World): Finding {
  const stray = changesBetween(before, after).filter(({ path }) => !isAbout(pattern, path));
  const words = stray.map(describeChange);
  const pass = stray.length === 0;
  const sentence = pass ? "nothing else changed in the world" : `the world changed unexpectedly: ${words.join("; ")}`;
  return { at: [others], pass, expected: "unchanged", actual: words, sentence };
}

/** True when a pattern covers a path, or a part below it. */
function isAbout(pattern: unknown, [step, ...rest]: Path): boolean {
  if (step === undefined || isOperators(pattern) || !(isObject(pattern) || Array.isArray(pattern))) return true;
  if (Array.isArray(pattern)) return true;
  return Object.hasOwn(pattern, step) && isAbout(pattern[step], rest);
}

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
