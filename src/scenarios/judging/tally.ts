import type { Vote } from "./vote.ts";

type Counted = Extract<Vote, { kind: "vote" }>;

/** What votes came to so far. */
export type Tally =
  | { kind: "decided"; verdict: "pass" | "fail"; counted: readonly Counted[]; shown: Counted }
  /** Another vote is needed. */
  | { kind: "open" }
  /** Too many votes did not count. */
  | { kind: "undecided"; why: string };

/** How many votes that do not count are made up for by another one. */
const spare = 2;

/**
 * Counts votes in their order. A first vote for it decides; one against it is confirmed: the majority of `confirm` votes decides, as soon as
 * nothing can change it.
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
