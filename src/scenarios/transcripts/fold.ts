import { sha256 } from "../../kit/hash.ts";
import { canonicalJson } from "../../kit/json.ts";
import type { SeenConversation } from "./conversation.ts";

/** Distinct conversations. */
export interface Folded<T> {
  kept: T[];
  /** The number of conversations that were equal to another one. */
  duplicates: number;
  /** The number of conversations that were the beginning of another one, as in request logs. */
  beginnings: number;
}

/** Removes conversations that are equal to an earlier one, or are the beginning of another one, which shows everything that they show. */
export function fold<T>(all: readonly T[], conversationOf: (each: T) => SeenConversation): Folded<T> {
  const chains = all.map((each) => ({ each, hashes: hashesOf(conversationOf(each)) }));
  const beginnings = new Set(chains.flatMap(({ hashes }) => hashes.slice(0, -1)));
  const seen = new Set<string>();
  const folded: Folded<T> = { kept: [], duplicates: 0, beginnings: 0 };
  for (const { each, hashes } of chains) {
    const whole = hashes.at(-1) ?? "";
    if (seen.has(whole)) folded.duplicates += 1;
    else if (beginnings.has(whole)) folded.beginnings += 1;
    else folded.kept.push(each);
    seen.add(whole);
  }
  return folded;
}

/** A hash of each prefix of a conversation. A call without its answer is a prefix of the call with its answer. */
function hashesOf({ opening, turns }: SeenConversation): string[] {
  const parts: unknown[] = [
    opening,
    ...turns.flatMap(({ user, attachments = [], steps, end }) => [
      ["user", user, attachments],
      ...steps.flatMap((step): unknown[] => {
        if (step.kind !== "calls") return [step];
        const asked = step.calls.map(({ name, args }) => ({ name, args }));
        const outcomes = step.calls.map(({ outcome }) => outcome);
        return outcomes.every((each) => each === null) ? [asked] : [asked, outcomes];
      }),
      ...(end.kind === "failed" ? [end] : []),
    ]),
  ];
  let hash = "";
  return parts.map((part) => {
    hash = sha256(hash + canonicalJson(part));
    return hash;
  });
}
