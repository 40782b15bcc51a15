import { createRandom, randomSeed, shuffled } from "../../kit/random.ts";
import { ProblemError } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { priceOf } from "../../project/prices.ts";
import { type ResolvedTarget, resolveTarget, resolveWithoutConnection } from "../../project/resolve-target.ts";
import type { BaselineReport } from "../../scenarios/baseline/compare.ts";
import type { CreateReporter } from "../../scenarios/reports/reporter.ts";
import { type Listed, type Listing, listingJson, renderListing } from "../../scenarios/reports/listing.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { skipReason } from "../../scenarios/selection/select.ts";
import { shardOf } from "../../scenarios/selection/shard.ts";
import { expandAll } from "../../api/expansion.ts";
import { loadForTests, readProject } from "../../api/load.ts";
import { createKnowledgeProgress } from "../sync/progress.ts";
import type { World } from "../world.ts";
import { budgetOf } from "../../api/testing/budget.ts";
import { withSuiteOf } from "./against.ts";
import { affectedScenarios, affectedText, knownScenarios } from "./affected.ts";
import { loadGivenBaseline, usualTimes } from "../../api/testing/baseline-file.ts";
import { failedLast } from "./last-failed.ts";
import { watchFiles } from "./file-changes.ts";
import { createEvidenceKeeper } from "../../api/testing/evidence.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { StoredHeader } from "../../scenarios/runs/run-header.ts";
import { createRecorder, refuseUnwritableFolder } from "./recorder.ts";
import { refuseBesideRecordings, replayDeps, targetOfRecordings } from "./replay.ts";
import { type PlannedRun, runAndReport } from "./run-and-report.ts";
import { doneUnchanged, openResumed, selectedAgain } from "./resume.ts";
import { soundQuarantine } from "../../api/testing/quarantine.ts";
import { withRuns } from "../../api/testing/repeats.ts";
import { type Watched, watchTests } from "./watch.ts";
import { type RunSide, testSideBySide } from "./side-by-side.ts";
import { openRun, whatIsTested } from "../../api/testing/open-run.ts";
import type { TestOptions } from "./test-options.ts";
import { type ScenarioSelection, chooseScenarios, isAskedFor, refuseUnfit } from "../../api/testing/choose.ts";

/** `playbill test`: runs the selected scenarios, judges them and reports; with `--watch`, again whenever files change. */
export async function test(world: World, paths: string[], options: TestOptions): Promise<number> {
  if (options.watch !== true) return runOnce(world, paths, options);
  const changes = watchFiles(findProjectRoot(world.cwd) ?? world.cwd);
  try {
    return await watchTests(world, watchedTests(world, paths, options), changes);
  } finally {
    changes.close();
  }
}

/** Callbacks besides the printed output. */
export interface Beside {
  report: CreateReporter;
  /** The selected scenarios, in their current form. */
  scenarios(this: void, chosen: readonly Scenario[]): void;
}

/** The tests of a command line, for running repeatedly. */
export function watchedTests(
  world: World,
  paths: string[],
  options: TestOptions,
  beside: Beside | null = null,
): Watched {
  return {
    async run(which) {
      const chosen = which === "all" ? {} : which === "failed" ? { lastFailed: true as const } : { id: [...which] };
      await runOnce(world, paths, { ...options, ...chosen }, beside?.report ?? null);
    },
    async look() {
      const { project, problems } = await readProject(world);
      if (project === null) throw new ProblemError(problems);
      const config = targetFor(project, options, world.env);
      const selection = selectionOf(paths, options);
      const all = expandAll(project, config, isAskedFor(world, selection));
      const chosen = chooseScenarios(world, project, all, selection);
      beside?.scenarios(chosen);
      const asked = new Set(chosen.map(({ id }) => id));
      return new Map([...knownScenarios(world, project, config.name)].filter(([id]) => asked.has(id)));
    },
  };
}

async function runOnce(
  world: World,
  paths: string[],
  given: TestOptions,
  report: PlannedRun["report"] = null,
): Promise<number> {
  const { against: reference, targets, models } = given;
  if (targets !== undefined || models !== undefined) {
    await checkTargets(world, given);
    const side: RunSide = (other, options, collect) =>
      runTests(other, paths, options, { suite: null, collect, report });
    return testSideBySide(world, given, side);
  }
  if (reference === undefined) return runTests(world, paths, given, { suite: null, collect: null, report });
  return withSuiteOf(world, { ...given, against: reference }, (other, suite) =>
    runTests(other, paths, given, { suite, collect: null, report }),
  );
}

async function runTests(
  world: World,
  paths: string[],
  given: TestOptions,
  { suite, collect, report }: Pick<PlannedRun, "suite" | "collect" | "report">,
): Promise<number> {
  const begin = world.now();
  const { resumed, options } = await openResumed(world, paths, given);
  refuseBesideRecordings(options);
  const selection = selectionOf(paths, options);
  const isSelected = isAskedFor(world, selection);
  const { project, testProblems } = await loadForTests(world, { files: "all", isSelected });
  const config = targetFor(project, options, world.env);
  const all = expandAll(project, config, isSelected);
  const chosen = resumed === null ? chooseScenarios(world, project, all, selection) : selectedAgain(resumed, all);
  const asked = withRuns(chosen, options);
  const failed = options.lastFailed === true ? await failedLast(world, project.root, config.name, asked) : asked;
  // Reports are written even when nothing runs.
  const isReported = options.json === true || options.reporter !== undefined;
  if (failed.length === 0 && !isReported) return 0;
  const affected =
    options.affected === undefined
      ? null
      : await affectedScenarios(world, project, {
          target: config.name,
          scenarios: failed,
          reference: options.affected,
        });
  if (affected !== null) {
    const isSilent = affected.reasons.size === 0 && !isReported;
    (isSilent ? world.stdout : world.stderr).write(affectedText(affected, failed.length));
    if (isSilent) return 0;
  }
  const touched = failed.filter(({ id }) => affected === null || affected.reasons.has(id));
  const ids = new Set(all.map(({ id }) => id));
  const isKnown = (id: string) => ids.has(id);
  const owner = { project: project.name, target: config.name, isKnown };
  const selected =
    options.shard === undefined
      ? touched
      : shardOf(touched, options.shard, await usualTimes(world, project.root, touched, owner));
  refuseUnfit(selected, testProblems);
  if (selected.length === 0 && touched.length > 0) world.stderr.write("this shard contains no scenarios\n");

  const against = options.baseline === undefined ? null : await loadGivenBaseline(world, options.baseline, owner);
  const today = new Date(begin).toISOString().slice(0, 10);
  const quarantines = soundQuarantine(world, project, today, [...ids]);
  const { order } = options;
  const seed = options.seed ?? randomSeed(Math.random);
  const planned: PlannedRun = {
    target: config.name,
    all,
    selected,
    sequence: order === "random" ? shuffled(selected, createRandom(seed)) : selected,
    today,
    quarantines,
    begin,
    seed,
    resumed,
    affected: affected?.reasons ?? null,
    suite,
    collect,
    shard: options.shard === undefined ? null : { ...options.shard, suite: touched.map(({ id }) => id) },
    report,
    against: against && { ...against, isKnown },
  };
  if (options.list === true || options.dryRun === true) {
    const listing = await listingOf(planned, order);
    world.stdout.write(options.json === true ? listingJson(listing) : renderListing(listing));
    return 0;
  }
  return runPlanned(world, { project, config, all }, planned, options);
}

interface Suite {
  project: Project;
  config: ResolvedTarget;
  /** All scenarios, also those that are not run: each is a script of the embedded model. */
  all: readonly Scenario[];
}

async function runPlanned(
  world: World,
  { project, config, all }: Suite,
  planned: PlannedRun,
  options: TestOptions,
): Promise<number> {
  const { selected, today, resumed } = planned;
  const notSkipped = selected.filter((scenario) => skipReason(scenario, today) === null);
  const tested = await whatIsTested(world, project, config, notSkipped, options);
  const { desired, fingerprints } = tested;
  if (options.replay === true) {
    const price = (model: string) => priceOf(project, config, model);
    const deps = replayDeps(world, project, { toRun: notSkipped, fingerprints, priceOf: price });
    return runAndReport(world, project, planned, deps, options);
  }
  const budget =
    options.budget === undefined ? {} : { budget: budgetOf(project, config, desired, notSkipped, options.budget) };
  const done = resumed === null ? new Set() : await doneUnchanged(resumed, selected, fingerprints.of);
  const toRun = notSkipped.filter(({ id }) => !done.has(id));
  const about = { root: project.root, target: config.name, today, scenarios: toRun, fingerprints };
  if (options.record === true) await refuseUnwritableFolder(project.root);
  const record = options.record === true ? createRecorder(world, about) : null;
  const { deployed: isDeployed = false, jobs, seed } = options;
  const progress = createKnowledgeProgress(world.stderr);
  const open = await openRun(world, project, {
    config,
    all,
    toRun,
    tested,
    seed,
    isDeployed,
    jobs,
    progress,
    ...budget,
  });
  try {
    // Results of another commit's suite or of deployed assistants are no evidence for the current files.
    const isOfFiles = !isDeployed && planned.suite === null;
    const place = { project, open: open.target, desired: tested.desired };
    const evidence = isOfFiles ? createEvidenceKeeper(place) : null;
    const keep = async (result: ScenarioResult, header: StoredHeader): Promise<void> => {
      evidence?.keep(result, header);
      await record?.(result);
    };
    const end = async (baseline: BaselineReport | null) => evidence?.save(baseline);
    return await runAndReport(world, project, planned, open.deps, options, { keep, end });
  } finally {
    await open.close();
  }
}

/** The selection of a command line. */
function selectionOf(paths: string[], { tag, notTag, grep, id }: TestOptions): ScenarioSelection {
  return { paths, ids: id, tags: tag, notTags: notTag, grep };
}

async function listingOf(
  { target, sequence, today, seed, resumed, affected }: PlannedRun,
  order: Listing["order"],
): Promise<Listing> {
  const done = new Map<string, string>();
  if (resumed !== null) for await (const { id, status } of resumed.done()) done.set(id, status);
  const leftOf = (scenario: Scenario): Listed["left"] => {
    const status = done.get(scenario.id);
    if (status !== undefined) return { status: "done", reason: `${status} in the run ${resumed?.id}` };
    const reason = skipReason(scenario, today);
    return reason === null ? null : { status: "skipped", reason };
  };
  return {
    target,
    order,
    seed,
    scenarios: sequence.map((scenario) => {
      const because = affected?.get(scenario.id);
      return { scenario, left: leftOf(scenario), ...(because !== undefined && { affected: because }) };
    }),
  };
}

/** Throws a ProblemError when one of two targets is unusable, before the first side costs money. */
async function checkTargets(world: World, given: TestOptions): Promise<void> {
  const { project } = await readProject(world);
  if (project === null) return;
  for (const target of given.targets ?? []) targetFor(project, { ...given, target }, world.env);
}

/** The target, or for a replay only the parts that recordings need. */
function targetFor(project: Project, { target, replay }: TestOptions, env: World["env"]): ResolvedTarget {
  if (replay !== true) return resolveTarget(project, target, env);
  return resolveWithoutConnection(project, target ?? targetOfRecordings(project.root), env);
}
