import { compareText } from "../../kit/json.ts";
import { type Measures, measureNames } from "../baseline/baseline.ts";
import type { ScenarioEvidence } from "../evidence/evidence.ts";
import { type PartHashes, changedParts, seenParts } from "../fingerprint.ts";
import { goodStatuses } from "../results/result.ts";
import { reasonsOf } from "../selection/affected.ts";
import { areApart } from "../side-by-side/compare.ts";
import { type CountsChange, compareCounts } from "../statistics/compare.ts";
import type { Counts } from "../statistics/fisher.ts";

/** The evidence of a scenario with an assistant, and its source: earlier runs, or a replayed recording. */
export interface Shown extends ScenarioEvidence {
  source: "evidence" | "recording";
}

/** One scenario of a suite whose verdict counts, with its assistant on that side. */
export interface SideScenario {
  assistant: PartHashes;
  scenario: PartHashes;
  /** `null` when it was not run in that form, or the evidence no longer exists. */
  shown: Shown | null;
}

/** A suite at one commit: its scenarios by id. */
export type BehaviourSide = ReadonlyMap<string, SideScenario>;

/**
 * `new_failure`: it fails and did not before, or is new and fails. `regression`: it passes, but significantly less often. `failing`: it fails, and did
 * so before or that is unknown. `fixed` and `improved`: the reverse of the first two. `different`: its calls, duration or cost differ. `alike`: none
 * of these. `first`: it passes, and is new or was unknown before. `undecided`: it ran without a verdict. `not_run`: nothing is known about its current
 * form.
 */
export type BehaviourKind =
  | "new_failure"
  | "regression"
  | "failing"
  | "fixed"
  | "improved"
  | "different"
  | "alike"
  | "first"
  | "undecided"
  | "not_run";

/** One scenario that a change affects. Plain JSON. */
export interface BehaviourChange {
  id: string;
  kind: BehaviourKind;
  /** Why it is affected, in words; `new` when the scenario did not exist before. */
  because: string[];
  before: ShownBrief | null;
  after: ShownBrief | null;
  /** The one-sided p-value that it passes less often, adjusted for the number of scenarios; `null` when nothing was compared. */
  p: number | null;
  /** The turns in which different tools are called, or in a different order. */
  turns: TurnCalls[];
  /** Expectations that fail in a different share of runs than before. */
  failures: FailureCounts[];
  /** Measures known on both sides. `differs`: the intervals do not overlap or, without intervals, the medians are far apart. */
  measures: ComparedMeasure[];
}

/** The results of one side. */
export interface ShownBrief extends Counts, Pick<Shown, "status" | "source" | "at"> {}

/** The calls of one turn, with the number of runs; `none` means no calls, and a side is empty when no run reached the turn. */
export interface TurnCalls {
  turn: number;
  sides: [Record<string, number>, Record<string, number>];
  /** Tools that are newly called in this turn, and tools that are no longer called. */
  appeared: string[];
  vanished: string[];
}

/** An expectation, such as `turn 2: reply`, with the number of runs on each side in which it failed. */
export interface FailureCounts {
  expectation: string;
  sides: [number, number];
}

/** A measure of passed runs on both sides. */
export interface ComparedMeasure {
  measure: (typeof measureNames)[number];
  sides: [NonNullable<Measures["cost"]>, NonNullable<Measures["cost"]>];
  differs: boolean;
}

/** The comparison of two suites. */
export interface ComparedBehaviour {
  /** In the order of the second side. */
  scenarios: BehaviourChange[];
  /** The number of unaffected scenarios. */
  untouched: number;
}

/** Compares the evidence of scenarios on two sides. Scenarios that are the same on both, with the same assistant, are only counted. */
export function compareBehaviour(before: BehaviourSide, after: BehaviourSide): ComparedBehaviour {
  const touched = [...after].flatMap(([id, side]) => {
    const earlier = before.get(id) ?? null;
    const because = earlier === null ? ["new"] : reasonsBetween(earlier, side);
    return because.length === 0 ? [] : [{ id, because, old: earlier?.shown ?? null, now: side.shown }];
  });
  const pairs = touched.flatMap(({ id, old, now }) =>
    old === null || now === null || old.counted === 0 || now.counted === 0 ? [] : [{ id, before: old, after: now }],
  );
  const changes = new Map(compareCounts(pairs).map((change, index) => [pairs[index]?.id, change]));
  const scenarios = touched.map(({ id, because, old, now }): BehaviourChange => {
    const turns = old === null || now === null ? [] : turnsBetween(old.paths, now.paths);
    const failures = failuresBetween(old, now);
    const measures = old === null || now === null ? [] : measuresBetween(old.measures, now.measures);
    const change = changes.get(id) ?? null;
    const differs = turns.length > 0 || measures.some((each) => each.differs);
    const kind = kindOf(old, now, { change, differs, isNew: !before.has(id) });
    return {
      id,
      kind,
      because,
      before: brief(old),
      after: brief(now),
      p: change?.adjusted ?? null,
      turns,
      failures,
      measures,
    };
  });
  return { scenarios, untouched: after.size - scenarios.length };
}

/** The parts of a scenario or its assistant that changed; empty when none did. */
export function reasonsBetween(then: SideScenario, now: SideScenario): string[] {
  const known = ({ assistant, scenario }: SideScenario) => ({ fingerprint: { assistant, scenario }, files: {} });
  const reasons = reasonsOf(known(then), known(now));
  if (reasons.length > 0) return reasons;
  const isSame =
    changedParts(seenParts(then.assistant), seenParts(now.assistant)).length === 0 &&
    changedParts(then.scenario, now.scenario).length === 0;
  return isSame ? [] : ["files"];
}

function kindOf(
  old: Shown | null,
  now: Shown | null,
  { change, differs, isNew }: { change: CountsChange | null; differs: boolean; isNew: boolean },
): BehaviourKind {
  if (now === null) return "not_run";
  if (now.status === "inconclusive") return "undecided";
  const isGood = goodStatuses.has(now.status);
  if (old === null || old.status === "inconclusive") return isGood ? "first" : isNew ? "new_failure" : "failing";
  const wasGood = goodStatuses.has(old.status);
  if (!isGood) return wasGood ? "new_failure" : "failing";
  if (!wasGood) return "fixed";
  if (change?.change === "regression" || change?.change === "improved") return change.change;
  return differs ? "different" : "alike";
}

function brief(shown: Shown | null): ShownBrief | null {
  if (shown === null) return null;
  const { passed, counted, status, source, at } = shown;
  return { passed, counted, status, source, at };
}

type Paths = ReadonlyMap<string, number>;

/** The turns whose calls differ; calls that occur in only a few of many runs count as differences too. */
function turnsBetween(before: Paths, after: Paths): TurnCalls[] {
  const count = Math.max(...[...before.keys(), ...after.keys()].map((path) => path.split(" | ").length), 0);
  return Array.from({ length: count }, (_, index) => index).flatMap((index): TurnCalls[] => {
    const sides: TurnCalls["sides"] = [callsAt(before, index), callsAt(after, index)];
    const [old, now] = [Object.keys(sides[0]), Object.keys(sides[1])];
    if (old.join() === now.join()) return [];
    // A conversation that ended before the turn does not show what the turn calls.
    const isReached = old.length > 0 && now.length > 0;
    const [appeared, vanished] = isReached
      ? [without(toolsIn(now), toolsIn(old)), without(toolsIn(old), toolsIn(now))]
      : [[], []];
    return [{ turn: index + 1, sides, appeared, vanished }];
  });
}

/** The expectations that fail in a different share of runs than before; for a new scenario, those that fail. */
function failuresBetween(old: Shown | null, now: Shown | null): FailureCounts[] {
  if (now === null) return [];
  const places = [...new Set([...(old?.failures.keys() ?? []), ...now.failures.keys()])].toSorted(compareText);
  return places.flatMap((expectation): FailureCounts[] => {
    const [then, after] = [old?.failures.get(expectation) ?? 0, now.failures.get(expectation) ?? 0];
    const isSame = old !== null && then * now.counted === after * old.counted;
    return isSame ? [] : [{ expectation, sides: [then, after] }];
  });
}

function callsAt(paths: Paths, index: number): Record<string, number> {
  const tally = new Map<string, number>();
  for (const [path, runs] of paths) {
    const calls = path.split(" | ")[index];
    if (calls === undefined) continue;
    const name = calls === "-" ? "none" : calls;
    tally.set(name, (tally.get(name) ?? 0) + runs);
  }
  return Object.fromEntries([...tally].toSorted(([one], [other]) => compareText(one, other)));
}

function toolsIn(calls: readonly string[]): string[] {
  return [...new Set(calls.filter((each) => each !== "none").flatMap((each) => each.split(/ [>+] /)))];
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name)).toSorted(compareText);
}

function measuresBetween(before: Measures, after: Measures): ComparedMeasure[] {
  return measureNames.flatMap((measure): ComparedMeasure[] => {
    const [then, now] = [before[measure], after[measure]];
    return then === null || now === null
      ? []
      : [{ measure, sides: [then, now], differs: areApart(then, now, measure) }];
  });
}
