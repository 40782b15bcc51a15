import { Duration, closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import type { Finding } from "../verdict.ts";
import { neverFails, severity } from "./fragments.ts";
import { defineSubject } from "./subject.ts";

/** How long turns took: their time together, and the first word of the first one. Limits are in milliseconds. */
export const time = defineSubject({
  name: "time",
  turn: Type.Object(
    { total: Type.Optional(Duration), first_token: Type.Optional(Duration), severity },
    { ...closed, description: "How long it may take." },
  ),
  conversation: Type.Object(
    { total: Duration, severity },
    { ...closed, description: "How long the conversation may take." },
  ),
  read: ({ total, first_token: first }) => ({
    total: total === undefined ? null : toMilliseconds(total),
    first: first === undefined ? null : toMilliseconds(first),
  }),
  faults: ({ total, first }) =>
    total === null && first === null ? [neverFails([], "it expects nothing of the time", "Write total.")] : [],
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
