import { compareText } from "../../kit/json.ts";
import { type Measures, measureNames } from "../baseline/baseline.ts";
import type { ScenarioEvidence } from "../evidence/evidence.ts";
import { type PartHashes, changedParts, seenParts } from "../fingerprint.ts";
import { goodStatuses } from "../results/result.ts";
import { reasonsOf } from "../selection/affected.ts";
import { areApart } from "../side-by-side/compare.ts";
import { type CountsChange, compareCounts } from "../statistics/compare.ts";
import type { Counts } from "../statistics/fisher.ts";

/** What a scenario showed with an assistant, and where that is known from: runs that left evidence, or a recording that was replayed. */
export interface Shown extends ScenarioEvidence {
  source: "evidence" | "recording";
}

/** One scenario of a suite whose verdict counts, with its assistant as it is on that side. */
export interface SideScenario {
  assistant: PartHashes;
  scenario: PartHashes;
  /** `null` when nobody ran it as it is there, or when that is not known any more. */
  shown: Shown | null;
}

/** A suite at one commit: its scenarios by id. */
export type BehaviourSide = ReadonlyMap<string, SideScenario>;

/**
 * `new_failure`: it fails and did not, or is new and fails. `regression`: it passes, and less often than chance explains. `failing`: it fails,
 * and did so before, or nobody knows. `fixed` and `improved`: the reverse of the first two. `different`: it calls, takes or costs something
 * else. `alike`: nothing of that. `first`: it passes, and is new, or nobody knows what was before. `undecided`: it was run, and has no verdict. `not_run`: nothing is known of it as
 * it is now.
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

/** One scenario that a change touches. Plain JSON. */
export interface BehaviourChange {
  id: string;
  kind: BehaviourKind;
  /** What touches it, in words; `new` when there was no such scenario. */
  because: string[];
  before: ShownBrief | null;
  after: ShownBrief | null;
  /** One-sided, adjusted for the number of scenarios: that it passes less often; `null` when nothing was compared. */
  p: number | null;
  /** The turns in which other tools are called, or in another order. */
  turns: TurnCalls[];
  /** What does not hold in as many runs as before. */
  failures: FailureCounts[];
  /** What is known on both sides. `differs`: the intervals do not meet; without intervals, the medians are far apart. */
  measures: ComparedMeasure[];
}

/** How one side did. */
export interface ShownBrief extends Counts, Pick<Shown, "status" | "source" | "at"> {}

/** What one turn called, and in how many runs; `none` is for nothing, and a side is empty when no run got there. */
export interface TurnCalls {
  turn: number;
  sides: [Record<string, number>, Record<string, number>];
  /** Tools that no run called in this turn before, and those that none calls now. */
  appeared: string[];
  vanished: string[];
}

/** An expectation, as `turn 2: reply`, and in how many runs of each side it did not hold. */
export interface FailureCounts {
  expectation: string;
  sides: [number, number];
}

/** What runs that passed took on both sides. */
export interface ComparedMeasure {
  measure: (typeof measureNames)[number];
  sides: [NonNullable<Measures["cost"]>, NonNullable<Measures["cost"]>];
  differs: boolean;
}

/** Two suites, held against each other. */
export interface ComparedBehaviour {
  /** In the order of the second side. */
  scenarios: BehaviourChange[];
  /** How many scenarios nothing touches. */
  untouched: number;
}

/** What scenarios showed on one side and on the other; those that are the same on both, with the same assistant, are only counted. */
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

/** Why a scenario, or its assistant, is another one than it was; empty when it is not. */
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

/** The turns in which not the same was called: what is called seldom in many runs is a difference too. */
function turnsBetween(before: Paths, after: Paths): TurnCalls[] {
  const count = Math.max(...[...before.keys(), ...after.keys()].map((path) => path.split(" | ").length), 0);
  return Array.from({ length: count }, (_, index) => index).flatMap((index): TurnCalls[] => {
    const sides: TurnCalls["sides"] = [callsAt(before, index), callsAt(after, index)];
    const [old, now] = [Object.keys(sides[0]), Object.keys(sides[1])];
    if (old.join() === now.join()) return [];
    // A conversation that ended before that turn says nothing of what it calls.
    const isReached = old.length > 0 && now.length > 0;
    const [appeared, vanished] = isReached
      ? [without(toolsIn(now), toolsIn(old)), without(toolsIn(old), toolsIn(now))]
      : [[], []];
    return [{ turn: index + 1, sides, appeared, vanished }];
  });
}

/** What fails in another share of the runs than before; of a scenario that is new, what fails. */
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
