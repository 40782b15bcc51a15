import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import type { TurnRecord } from "../record.ts";
import type { Finding } from "./verdict.ts";
import { toMilliseconds } from "../../kit/duration.ts";

/** Judges how long turns took: their time together, and the first word of the first one. */
export function judgeTime(
  expected: NonNullable<WrittenTurnExpectations["time"]>,
  turns: readonly TurnRecord[],
): Finding[] {
  const total = turns.reduce((sum, { time }) => sum + time.total, 0);
  const first = turns[0]?.time.first_token ?? null;
  return [
    ...(expected.total === undefined ? [] : [judgeLimit("total", expected.total, total, "it took")]),
    ...(expected.first_token === undefined
      ? []
      : [judgeLimit("first_token", expected.first_token, first, "the first word came after")]),
  ];
}

function judgeLimit(key: string, limit: number | string, actual: number | null, words: string): Finding {
  const most = toMilliseconds(limit);
  const pass = actual !== null && actual <= most;
  const took = actual === null ? "nothing was said" : `${words} ${actual} ms`;
  return { at: [key], pass, expected: most, actual, sentence: pass ? took : `${took}; expected at most ${most} ms` };
}
