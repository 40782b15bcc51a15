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

/** Selects scenarios and a target. */
export interface ListOptions extends ScenarioSelection {
  /** Default: the project's own. */
  target?: string | undefined;
}

/** Options for running scenarios, like those of `playbill test` with the same names. */
export interface RunOptions extends ListOptions {
  /** Use the synced assistants; default: temporary copies made from the files. */
  deployed?: boolean | undefined;
  /** The number of parallel scenarios; default: 8. */
  jobs?: number | undefined;
  /** The number of runs of every scenario, instead of its own. */
  repeat?: number | undefined;
  /** The number of retries of a run that failed because of the target or a service; default: 1. */
  retries?: number | undefined;
  /** The number of reruns of a failed scenario, to see whether it passes; default: 0. */
  confirm?: number | undefined;
  /** Carry out every run, even when the verdict is already certain. */
  allRuns?: boolean | undefined;
  /** Start no new scenario after this many failures. */
  bail?: number | undefined;
  /** Seed for judges and simulated users, for reproducible answers if their endpoints support it. */
  seed?: number | undefined;
  /** US dollars; no new call is started once they are spent. */
  budget?: number | undefined;
  /** Stops the run: scenarios that did not run have the status `not_run`. */
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

/** The options of `run` and of functions based on it. @internal */
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
  /** Why it would be skipped; `null` if it would run. */
  skip: string | null;
}

/** The summary of a run. */
export interface RunSummary {
  counts: Record<ScenarioStatus, number>;
  /** The cost of all turns of all attempts. */
  spent: Spent;
  /** The cost of judges, simulated users and embeddings. */
  asked: Spent;
  /** The exit code that `playbill test` would return. */
  exitCode: number;
}

/** Results as they arrive. Starts when the first one is requested; stopping the iteration ends the run. */
export interface Run extends AsyncIterable<ScenarioResult> {
  /** Runs the rest and returns the summary. Rejects with the error that ended the run. */
  summary(this: void): Promise<RunSummary>;
}

/** The selected scenarios, in the order of their files. Throws a ProblemError when there is none. */
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

/** Runs scenarios, judges them, and yields their results as they arrive. */
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

/** Scenarios of a project and their open target. @internal */
export interface Runner {
  /** In the order of the files. */
  selected: readonly Scenario[];
  /** Runs some of them. */
  run(this: void, scenarios: readonly Scenario[], signal?: AbortSignal): AsyncGenerator<ScenarioResult, void>;
  isUsedUp(this: void): boolean;
  close(this: void): Promise<void>;
}

/**
 * Opens the target for the selected scenarios. Throws a ProblemError, also for scenarios that cannot run; when each is
 * separate, `run` throws it for its own scenarios. @internal
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
