import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import { match } from "../matcher/match.ts";
import type { TurnRecord } from "../record.ts";
import type { Finding } from "./verdict.ts";

const counts = ["prompt_tokens", "completion_tokens", "total_tokens"] as const;

/** Judges the tokens that turns used together, as the target counted them. */
export function judgeUsage(
  expected: NonNullable<WrittenTurnExpectations["usage"]>,
  turns: readonly TurnRecord[],
): Finding[] {
  return counts.flatMap((key) => {
    const pattern = expected[key];
    if (pattern === undefined) return [];
    const actual = sumOf(turns, key);
    const faults = match(pattern, actual ?? undefined).map(({ sentence }) => sentence);
    const pass = faults.length === 0;
    const sentence = pass
      ? `${key}: ${actual}`
      : `${key}: ${actual === null ? "the target reported no usage" : faults.join("; ")}`;
    return [{ at: [key], pass, expected: pattern, actual, sentence }];
  });
}

function sumOf(turns: readonly TurnRecord[], key: (typeof counts)[number]): number | null {
  return turns.reduce<number | null>((sum, { usage }) => (sum === null || usage === null ? null : sum + usage[key]), 0);
}
