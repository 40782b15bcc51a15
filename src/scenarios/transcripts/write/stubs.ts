import { canonicalJson, isAlike, isObject } from "../../../kit/json.ts";
import type { WrittenToolRule } from "../../../project/schemas/scenario/tool-rule.ts";
import { match } from "../../matcher/match.ts";
import type { CallOutcome } from "../../record/record.ts";
import type { SeenCall } from "../conversation.ts";
import { asWritten, plainMatcher } from "./plain-matcher.ts";

/** The answer to a call that was not in the conversation, so that the assistant fails and not the scenario. */
const notSeen = "this call was not in the conversation";

/**
 * The rules that repeat the answers to these calls, in the order of the conversation: by arguments, and one after another where equal
 * calls had different answers. `*` has the answer to any other call.
 */
export function stubsOf(calls: readonly SeenCall[]): Record<string, WrittenToolRule[]> {
  const byName = Map.groupBy(calls, ({ name }) => name);
  const rules = [...byName].map(([name, own]) => [name, rulesOf(own)] as const);
  return { ...Object.fromEntries(rules), "*": [{ error: notSeen }] };
}

function rulesOf(calls: readonly SeenCall[]): WrittenToolRule[] {
  const groups = [...Map.groupBy(calls, ({ args }) => canonicalJson(args)).values()].map((own) => ({
    when: plainMatcher(own[0]?.args ?? {}),
    args: own[0]?.args ?? {},
    outcomes: own.map(({ outcome }) => outcome ?? nothing),
  }));
  return inOrder(groups).flatMap(({ when, outcomes }) =>
    runsOf(outcomes).map(({ outcome, times }, index, all) =>
      ruleOf(when, index < all.length - 1 ? times : null, outcome),
    ),
  );
}

/** One rule. `times` is `null` for a rule that answers all remaining calls. */
function ruleOf(when: unknown, times: number | null, outcome: CallOutcome): WrittenToolRule {
  const isAny = isObject(when) && Object.keys(when).length === 0;
  return { ...(!isAny && { when: asWritten(when) }), ...(times !== null && { times }), ...answerOf(outcome) };
}

const nothing: CallOutcome = { kind: "result", value: null };

/** Sorts rules by arguments. A rule also matches calls with additional arguments, so the rules for those calls come first. */
function inOrder<G extends { when: unknown; args: object }>(groups: readonly G[]): G[] {
  const isFitting = (one: G, other: G) => one !== other && match(one.when, other.args).length === 0;
  const overlap = groups.some((one, index) => groups.slice(index + 1).some((later) => isFitting(one, later)));
  return overlap ? groups.toSorted((one, other) => sizeOf(other.args) - sizeOf(one.args)) : [...groups];
}

/** The number of keys in a value, at all levels. */
function sizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, each) => sum + sizeOf(each), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

function runsOf(outcomes: readonly CallOutcome[]): { outcome: CallOutcome; times: number }[] {
  const runs: { outcome: CallOutcome; times: number }[] = [];
  for (const outcome of outcomes) {
    const last = runs.at(-1);
    if (last !== undefined && isAlike(last.outcome, outcome)) last.times += 1;
    else runs.push({ outcome, times: 1 });
  }
  return runs;
}

/** The answer of a rule. A result that consists only of an error is written as an error, which submits the same text. */
function answerOf(outcome: CallOutcome): { return: unknown } | { error: string } {
  if (outcome.kind === "error") return { error: asWritten(outcome.message) };
  const { value } = outcome;
  const isError = isObject(value) && typeof value["error"] === "string" && Object.keys(value).length === 1;
  return isError ? { error: asWritten(value["error"] as string) } : { return: asWritten(value) };
}
