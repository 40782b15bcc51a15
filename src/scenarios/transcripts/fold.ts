import { sha256 } from "../../kit/hash.ts";
import { canonicalJson } from "../../kit/json.ts";
import type { SeenConversation } from "./conversation.ts";

/** Conversations of which none is told twice. */
export interface Folded<T> {
  kept: T[];
  /** How many said the same as another one. */
  duplicates: number;
  /** How many are how another one begins, as logs of requests have them. */
  beginnings: number;
}

/** Leaves out what is equal to an earlier conversation, and what is the beginning of another one: whatever it shows, the other one shows. */
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

/** A hash of each beginning of a conversation. A call without its answer is the beginning of one with it. */
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
