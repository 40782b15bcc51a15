import { resolveTarget } from "../project/resolve-target.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import type { ScenarioResult, ScenarioStatus } from "../scenarios/results/result.ts";
import { type Summary, addResult, emptySummary, exitCodeOfRun } from "../scenarios/results/summary.ts";
import type { Spent } from "../scenarios/record/cost.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { skipReason } from "../scenarios/selection/select.ts";
import type { Context } from "./context.ts";
import { expandAll } from "./expansion.ts";
import { type OptionNames, refuseUnknownOptions } from "./known-options.ts";
import { type Loaded, type LoadedProject, loadedAs } from "./loaded-project.ts";
import { budgetOf } from "./testing/budget.ts";
import { type ScenarioSelection, chooseScenarios, isAskedFor, refuseUnfit } from "./testing/choose.ts";
import { soundQuarantine } from "./testing/quarantine.ts";
import { refuseNoWholeNumber } from "./numbers.ts";
import { tryingOf, withRuns } from "./testing/repeats.ts";
import { resultsOf, openRun, whatIsTested } from "./testing/open-run.ts";

/** Which scenarios, at which target. */
export interface ListOptions extends ScenarioSelection {
  /** Default: the project's own. */
  target?: string | undefined;
}

/** How scenarios are run; the options of `playbill test` of the same names. */
export interface RunOptions extends ListOptions {
  /** Talk to the assistants that are synced; default: to throw-away copies of what the files say. */
  deployed?: boolean | undefined;
  /** How many scenarios are run at a time; default: 8. */
  jobs?: number | undefined;
  /** Run every scenario so often, in place of what it says itself. */
  repeat?: number | undefined;
  /** How often a run is tried again that the other side made fail; default: 1. */
  retries?: number | undefined;
  /** How often a scenario that failed is run again, to see whether it passes; default: 0. */
  confirm?: number | undefined;
  /** Carry out every run, also when the verdict is certain. */
  allRuns?: boolean | undefined;
  /** Begin no other scenario after so many that failed. */
  bail?: number | undefined;
  /** Judges and simulated users are asked with it, for the same answers as far as their endpoints keep to it. */
  seed?: number | undefined;
  /** US dollars; no other call is begun when they are spent. */
  budget?: number | undefined;
  /** Ends it: what was not run has the status `not_run`. */
  signal?: AbortSignal | undefined;
}

const listOptions: OptionNames<ListOptions> = {
  target: true,
  paths: true,
  ids: true,
  tags: true,
  notTags: true,
  grep: true,
};

/** The options of `run`, and of what is made of it. @internal */
export const runOptions: OptionNames<RunOptions> = {
  ...listOptions,
  deployed: true,
  jobs: true,
  repeat: true,
  retries: true,
  confirm: true,
  allRuns: true,
  bail: true,
  seed: true,
  budget: true,
  signal: true,
};

/** A scenario that would be run. */
export interface ScenarioInfo {
  id: string;
  name: string;
  /** From the project's root. */
  file: string;
  /** From 1. */
  line: number;
  assistant: string;
  tags: readonly string[];
  owner: string | null;
  /** Why it would be left out; `null` when it would not. */
  skip: string | null;
}

/** What a run came to. */
export interface RunSummary {
  counts: Record<ScenarioStatus, number>;
  /** By all turns of all attempts. */
  spent: Spent;
  /** On judges, simulated users and embeddings. */
  asked: Spent;
  /** The one that `playbill test` would end with. */
  exitCode: number;
}

/** Results as they come. Nothing is begun before the first is asked for; whoever stops asking ends it. */
export interface Run extends AsyncIterable<ScenarioResult> {
  /** Runs what is left, and tells what all came to. Rejects with what ended it. */
  summary(this: void): Promise<RunSummary>;
}

/** The scenarios that are asked for, in the order of their files. Throws a ProblemError when there is none. */
export function listScenarios(project: LoadedProject, options: ListOptions = {}): ScenarioInfo[] {
  refuseUnknownOptions(options, listOptions);
  const loaded = loadedAs(project);
  const today = dayOf(loaded.context);
  return chosenIn(loaded, options).selected.map((scenario) => {
    const { id, name, file, assistant, tags, owner } = scenario;
    const { line } = scenario.place([]);
    return { id, name, file, line, assistant, tags, owner, skip: skipReason(scenario, today) };
  });
}

/** Runs scenarios, judges them, and gives their results as they come. */
export function run(project: LoadedProject, options: RunOptions = {}): Run {
  refuseUnknownOptions(options, runOptions);
  const state = { summary: emptySummary, isUsedUp: false, failure: null as { error: unknown } | null };
  const results = (async function* () {
    const runner = await openRunner(project, options, { isEachOnItsOwn: false }).catch((error: unknown) => {
      state.failure = { error };
      throw error;
    });
    try {
      for await (const result of runner.run(runner.selected, options.signal)) {
        state.summary = addResult(state.summary, result);
        state.isUsedUp = runner.isUsedUp();
        yield result;
      }
    } catch (error) {
      state.failure = { error };
      throw error;
    } finally {
      await runner.close();
    }
  })();
  return {
    [Symbol.asyncIterator]: () => results,
    async summary() {
      for await (const _ of results);
      if (state.failure !== null) throw state.failure.error;
      return summaryOf(state.summary, options.signal?.aborted === true, state.isUsedUp);
    },
  };
}

/** Scenarios of a project, and a target that is open for them until it is closed. @internal */
export interface Runner {
  /** In the order of the files. */
  selected: readonly Scenario[];
  /** Runs some of them. */
  run(this: void, scenarios: readonly Scenario[], signal?: AbortSignal): AsyncGenerator<ScenarioResult, void>;
  isUsedUp(this: void): boolean;
  close(this: void): Promise<void>;
}

/**
 * Opens the target for the scenarios that are asked for. Throws a ProblemError, also for scenarios that cannot be run as they are; when each is
 * on its own, `run` does so for those that it is given. @internal
 */
export async function openRunner(
  project: LoadedProject,
  options: RunOptions,
  { isEachOnItsOwn }: { isEachOnItsOwn: boolean },
): Promise<Runner> {
  const { jobs = 8, bail, deployed: isDeployed = false, seed, budget: limit, repeat, retries, confirm } = options;
  refuseNoWholeNumber(1, { jobs, bail, repeat });
  refuseNoWholeNumber(0, { retries, confirm, seed });
  const loaded = loadedAs(project, options.signal);
  const { context, project: read } = loaded;
  const { config, all, selected } = chosenIn(loaded, options);
  const refuse = (scenarios: readonly Scenario[]) => refuseUnfit(scenarios, loaded.testProblems);
  if (!isEachOnItsOwn) refuse(selected);
  const today = dayOf(context);
  const quarantines = soundQuarantine(
    context,
    read,
    today,
    all.map(({ id }) => id),
  );
  const toRun = selected.filter((scenario) => skipReason(scenario, today) === null);
  const tested = await whatIsTested(context, read, config, toRun, options);
  const budget = limit === undefined ? undefined : budgetOf(read, config, tested.desired, toRun, limit);
  const progress = { tell: () => {}, end: () => {} };
  const needs = { config, all, toRun, tested, isDeployed, jobs, progress, seed, ...(budget && { budget }) };
  const { deps, close } = await openRun(context, read, needs);
  return {
    selected,
    run(scenarios, signal = context.signal) {
      refuse(scenarios);
      const how = { jobs, bail: bail ?? null, trying: tryingOf(options), today, quarantines };
      return resultsOf({ ...context, signal }, scenarios, deps, how);
    },
    isUsedUp: () => budget?.isUsedUp() === true,
    close,
  };
}

interface Chosen {
  config: ResolvedTarget;
  /** Every scenario of the project. */
  all: Scenario[];
  selected: Scenario[];
}

function chosenIn({ context, project }: Pick<Loaded, "context" | "project">, options: RunOptions): Chosen {
  const config = resolveTarget(project, options.target, context.env);
  const all = expandAll(project, config, isAskedFor(context, options));
  return { config, all, selected: withRuns(chooseScenarios(context, project, all, options), options) };
}

/** `2026-12-31` */
function dayOf({ now }: Pick<Context, "now">): string {
  return new Date(now()).toISOString().slice(0, 10);
}

function summaryOf(summary: Summary, isInterrupted: boolean, isUsedUp: boolean): RunSummary {
  const { counts, spent, asked } = summary;
  return { counts, spent, asked, exitCode: exitCodeOfRun(summary, isInterrupted, isUsedUp) };
}
