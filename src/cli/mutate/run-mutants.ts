import { inParallel } from "../../kit/parallel.ts";
import { functionsOf } from "../../api/expansion.ts";
import type { Budget } from "../../scenarios/execution/budget.ts";
import type { RunDeps } from "../../scenarios/execution/attempt.ts";
import { runScenarios } from "../../scenarios/execution/pool.ts";
import type { Trying } from "../../scenarios/execution/repeat.ts";
import { costOfTurns } from "../../scenarios/record/cost.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import { baselineOf, coveringOf, type BaselineScenario } from "../../scenarios/mutation/covering.ts";
import { judgedMutant, opinionOf, type JudgedMutant, type MutantVerdict } from "../../scenarios/mutation/report.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { Variant } from "./variants.ts";

/** What running mutants needs. */
export interface MutationRun {
  deps: RunDeps;
  jobs: number;
  signal: AbortSignal;
  /** `2026-12-31` */
  today: string;
  trying: Trying;
  /** True when the model answers from scripts or recordings. */
  isPlayed: boolean;
  budget: Budget | undefined;
  /** Called after every conversation. */
  onResult(this: void, result: ScenarioResult): void;
}

/** Runs the unchanged scenarios and returns what each covered. */
export async function runBaseline(
  scenarios: readonly Scenario[],
  { deps, jobs, signal, today, trying, onResult }: MutationRun,
): Promise<{ baseline: BaselineScenario[]; results: ScenarioResult[] }> {
  const known = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const baseline: BaselineScenario[] = [];
  const results: ScenarioResult[] = [];
  for await (const result of runScenarios(scenarios, deps, { jobs, bail: null, trying, signal, today })) {
    const scenario = known.get(result.id);
    if (scenario === undefined) continue;
    onResult(result);
    results.push(result);
    baseline.push(baselineOf(scenario, result));
  }
  return { baseline, results };
}

/** The result of a mutant, by its position among all; `isBroken`: the target or a service failed. */
export interface MutantOutcome {
  index: number;
  mutant: JudgedMutant;
  isBroken: boolean;
}

/** Runs each mutant with the scenarios that reach it, several in parallel, and yields the results as they arrive. */
export function runMutants(
  variants: readonly Variant[],
  baseline: readonly BaselineScenario[],
  run: MutationRun,
): AsyncGenerator<MutantOutcome> {
  return inParallel(variants.entries(), run.jobs, async ([index, variant]) => {
    const covering = coveringOf(variant.mutant, baseline, run.isPlayed);
    const { isBroken, ...verdict } =
      covering.kind === "run"
        ? await verdictOf(variant, covering.scenarios, run)
        : { status: covering.kind, reason: covering.reason, scenarios: [], killed_by: null, isBroken: false };
    return { index, mutant: judgedMutant(variant.mutant, verdict), isBroken };
  });
}

/** Runs scenarios one after the other until one notices the mutant. */
async function verdictOf(
  variant: Variant,
  scenarios: readonly Scenario[],
  run: MutationRun,
): Promise<MutantVerdict & { isBroken: boolean }> {
  const { mutant, project } = variant;
  const done: string[] = [];
  const notJudged = (reason: string, isBroken = false) =>
    ({ status: "not_judged", reason, scenarios: done, killed_by: null, isBroken }) as const;
  let unknown: string | null = null;
  for (const scenario of scenarios) {
    const stopped = whyStopped(run);
    if (stopped !== null) return notJudged(stopped);
    const functions = functionsOf(project, scenario.assistant);
    const deps: RunDeps = { ...run.deps, tools: project.tools, functionsOf: () => functions };
    const { signal, today, trying } = run;
    for await (const result of runScenarios([variant.scenarioOf(scenario)], deps, {
      jobs: 1,
      bail: null,
      trying,
      signal,
      today,
    })) {
      run.onResult(result);
      done.push(scenario.id);
      const opinion = opinionOf(result);
      if (opinion.kind === "noticed")
        return { status: "killed", reason: opinion.how, scenarios: done, killed_by: scenario.id, isBroken: false };
      if (opinion.kind === "unknown") unknown ??= `${scenario.id}: ${opinion.why}`;
    }
  }
  const stopped = whyStopped(run);
  if (stopped !== null) return notJudged(stopped);
  if (unknown !== null) return notJudged(unknown, true);
  // A script always sends the same arguments, whatever their current names.
  if (run.isPlayed && mutant.kind === "argument")
    return notJudged("needs a real model: the calls here are scripted or recorded");
  return { status: "survived", reason: null, scenarios: done, killed_by: null, isBroken: false };
}

function whyStopped({ signal, budget }: MutationRun): string | null {
  if (signal.aborted) return "interrupted";
  return budget?.isUsedUp() === true ? budget.reason : null;
}

/** The cost of a result's conversations in US dollars (`null`: unknown), and their number. */
export function costOfResult({ attempts, record }: ScenarioResult): { cost: number | null; conversations: number } {
  const records = attempts.map((attempt) => (attempt.record === undefined ? record : attempt.record));
  const held = records.filter((each) => each !== null);
  return { cost: held.length === 0 ? 0 : costOfTurns(held.flatMap(({ turns }) => turns)), conversations: held.length };
}
