import type { ScenarioResult } from "../results/result.ts";
import { goodStatuses } from "../results/result.ts";
import type { Scenario } from "../scenario.ts";
import { keyAt, keyOf } from "../coverage/keys.ts";
import { seenIn } from "../coverage/seen.ts";
import { needsModel, type Cover, type Mutant } from "./mutant.ts";

/** A scenario that was run as it is, and what it reached. */
export interface BaselineScenario {
  scenario: Scenario;
  passes: boolean;
  status: ScenarioResult["status"];
  seen: ReadonlySet<string>;
  /** How many turns and calls a conversation of it has: the shortest is tried first. Not its time, which is another each time. */
  size: number;
}

/** What one scenario did as it is. */
export function baselineOf(scenario: Scenario, result: ScenarioResult): BaselineScenario {
  const { status, record } = result;
  const turns = record?.turns ?? [];
  const size = turns.reduce((sum, { calls }) => sum + 1 + calls.length, 0);
  return { scenario, status, passes: goodStatuses.has(status), seen: new Set(seenIn(result, scenario)), size };
}

/** Which scenarios can notice a mutant, the quickest first; or why it is not run. */
export type Covering =
  | { kind: "run"; scenarios: readonly Scenario[] }
  | { kind: "uncovered"; reason: string }
  | { kind: "not_judged"; reason: string };

/**
 * Decides which scenarios a mutant is tried with: those that reach what it changes, and pass without it. `isPlayed`: what the model says is
 * written down, so that it does not depend on what it is told.
 */
export function coveringOf(mutant: Mutant, baseline: readonly BaselineScenario[], isPlayed: boolean): Covering {
  if (isPlayed && needsModel(mutant))
    return { kind: "not_judged", reason: "needs a model: what is said here is written down" };
  const own = baseline.filter(({ scenario }) => mutant.assistants.includes(scenario.assistant));
  const covering = own.filter(({ scenario, seen }) => reaches(mutant.covered, scenario.assistant, seen));
  const passing = covering.filter(({ passes }) => passes).toSorted((one, other) => one.size - other.size);
  if (passing.length > 0) return { kind: "run", scenarios: passing.map(({ scenario }) => scenario) };
  if (covering.length > 0) {
    const names = covering.map(({ scenario, status }) => `${scenario.id} ${status}`);
    return {
      kind: "not_judged",
      reason: `no scenario that reaches it passes as it is: ${names.slice(0, 3).join(", ")}`,
    };
  }
  if (own.length > 0 && own.every(({ passes }) => !passes))
    return { kind: "not_judged", reason: "no scenario of the assistant passes as it is" };
  return { kind: "uncovered", reason: uncoveredWords(mutant.covered) };
}

/**
 * The scenarios that a mutant may be run with, as far as that is known before they are run: `seenOf` gives what one reached in an earlier
 * run, `null` when nobody knows.
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
      return "no scenario talks to the assistant";
    case "tool":
      return `no scenario calls ${cover.name}`;
    case "stub":
      return "no call was answered by this rule";
  }
}
