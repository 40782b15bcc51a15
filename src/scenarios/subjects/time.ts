import { Duration, closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import type { Finding } from "../verdict.ts";
import { neverFails, severity } from "./fragments.ts";
import { defineSubject } from "./subject.ts";

/** The duration of turns: their total time, and the time to the first word of the first turn. Limits are in milliseconds. */
export const time = defineSubject({
  name: "time",
  turn: Type.Object(
    { total: Type.Optional(Duration), first_token: Type.Optional(Duration), severity },
    { ...closed, description: "The maximum duration of the turn." },
  ),
  conversation: Type.Object(
    { total: Duration, severity },
    { ...closed, description: "The maximum duration of the conversation." },
  ),
  read: ({ total, first_token: first }) => ({
    total: total === undefined ? null : toMilliseconds(total),
    first: first === undefined ? null : toMilliseconds(first),
  }),
  faults: ({ total, first }) =>
    total === null && first === null
      ? [neverFails([], "it checks nothing about the time", "Add total or first_token.")]
      : [],
  judge({ total, first }, { turns }) {
    const took = turns.reduce((sum, { time: { total } }) => sum + total, 0);
    const spoken = turns[0]?.time.first_token ?? null;
    return [
      ...(total === null ? [] : [judgeLimit("total", total, took, "it took")]),
      ...(first === null ? [] : [judgeLimit("first_token", first, spoken, "the first word came after")]),
    ];
  },
});

function judgeLimit(key: string, most: number, actual: number | null, words: string): Finding {
  const pass = actual !== null && actual <= most;
  const took = actual === null ? "nothing was said" : `${words} ${actual} ms`;
  return { at: [key], pass, expected: most, actual, sentence: pass ? took : `${took}; expected at most ${most} ms` };
}
