import type { ScenarioResult } from "../results/result.ts";
import { goodStatuses } from "../results/result.ts";
import type { Scenario } from "../scenario.ts";
import { keyAt, keyOf } from "../coverage/keys.ts";
import { seenIn } from "../coverage/seen.ts";
import { needsModel, type Cover, type Mutant } from "./mutant.ts";

/** A scenario that ran without a mutation, and what it reached. */
export interface BaselineScenario {
  scenario: Scenario;
  passes: boolean;
  status: ScenarioResult["status"];
  seen: ReadonlySet<string>;
  /** The number of turns and calls in its conversation: the shortest is tried first. Its time is not used because it varies. */
  size: number;
}

/** The baseline of a scenario that ran without a mutation. */
export function baselineOf(scenario: Scenario, result: ScenarioResult): BaselineScenario {
  const { status, record } = result;
  const turns = record?.turns ?? [];
  const size = turns.reduce((sum, { calls }) => sum + 1 + calls.length, 0);
  return { scenario, status, passes: goodStatuses.has(status), seen: new Set(seenIn(result, scenario)), size };
}

/** The scenarios that can notice a mutant, shortest first, or why it is not run. */
export type Covering =
  | { kind: "run"; scenarios: readonly Scenario[] }
  | { kind: "uncovered"; reason: string }
  | { kind: "not_judged"; reason: string };

/**
 * Decides which scenarios a mutant is tried with: those that reach what it changes, and pass without it. `isPlayed` is true when the model's
 * answers are scripted or recorded, so that they do not depend on its instructions.
 */
export function coveringOf(mutant: Mutant, baseline: readonly BaselineScenario[], isPlayed: boolean): Covering {
  if (isPlayed && needsModel(mutant))
    return { kind: "not_judged", reason: "needs a real model: the answers here are scripted or recorded" };
  const own = baseline.filter(({ scenario }) => mutant.assistants.includes(scenario.assistant));
  const covering = own.filter(({ scenario, seen }) => reaches(mutant.covered, scenario.assistant, seen));
  const passing = covering.filter(({ passes }) => passes).toSorted((one, other) => one.size - other.size);
  if (passing.length > 0) return { kind: "run", scenarios: passing.map(({ scenario }) => scenario) };
  if (covering.length > 0) {
    const names = covering.map(({ scenario, status }) => `${scenario.id} ${status}`);
    return {
      kind: "not_judged",
      reason: `no scenario that reaches it passes without the mutation: ${names.slice(0, 3).join(", ")}`,
    };
  }
  if (own.length > 0 && own.every(({ passes }) => !passes))
    return { kind: "not_judged", reason: "no scenario of the assistant passes without the mutation" };
  return { kind: "uncovered", reason: uncoveredWords(mutant.covered) };
}

/**
 * The scenarios that a mutant may be run with, as far as known before they run. `seenOf` returns what a scenario reached in an earlier
 * run, `null` when unknown.
 */
export function possiblyCovering(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  seenOf: (id: string) => ReadonlySet<string> | null,
  isPlayed: boolean,
): Scenario[] {
  if (isPlayed && needsModel(mutant)) return [];
  return scenarios.filter(({ id, assistant }) => {
    if (!mutant.assistants.includes(assistant)) return false;
    const seen = seenOf(id);
    return seen === null || reaches(mutant.covered, assistant, seen);
  });
}

function reaches(cover: Cover, assistant: string, seen: ReadonlySet<string>): boolean {
  switch (cover.kind) {
    case "assistant":
      return seen.has(keyOf("assistant", assistant));
    case "tool":
      return seen.has(keyOf("tool", assistant, cover.name));
    case "stub":
      return seen.has(keyAt("stub", cover.place));
  }
}

function uncoveredWords(cover: Cover): string {
  switch (cover.kind) {
    case "assistant":
      return "no scenario uses the assistant";
    case "tool":
      return `no scenario calls ${cover.name}`;
    case "stub":
      return "no call was answered by this rule";
  }
}
