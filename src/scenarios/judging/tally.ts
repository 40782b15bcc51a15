import type { Vote } from "./vote.ts";

type Counted = Extract<Vote, { kind: "vote" }>;

/** The state of the votes so far. */
export type Tally =
  | { kind: "decided"; verdict: "pass" | "fail"; counted: readonly Counted[]; shown: Counted }
  /** Another vote is needed. */
  | { kind: "open" }
  /** Too many votes were invalid. */
  | { kind: "undecided"; why: string };

/** The number of invalid votes that may be replaced by another vote. */
const spare = 2;

/**
 * Counts votes in order. If the first vote is pass, it decides; if it is fail, the majority of `confirm` votes decides, as soon as it can no
 * longer change.
 */
export function tallyOf(votes: readonly Vote[], confirm: number): Tally {
  const counted = votes.filter((vote) => vote.kind === "vote");
  const [first] = counted;
  const count = (verdict: Counted["verdict"]) => counted.filter((vote) => vote.verdict === verdict).length;
  const needed = first?.verdict === "pass" ? 1 : Math.floor(confirm / 2) + 1;
  const verdict = count("pass") >= needed ? "pass" : count("fail") >= needed ? "fail" : null;
  const shown = counted.find((vote) => vote.verdict === verdict);
  if (verdict !== null && shown !== undefined) return { kind: "decided", verdict, counted, shown };
  const invalid = votes.filter((vote) => vote.kind === "invalid");
  return invalid.length <= spare ? { kind: "open" } : { kind: "undecided", why: invalid.at(-1)?.why ?? "" };
}
