import type { RunDeps } from "../../scenarios/execution/attempt.ts";
import { happeningLines } from "../../scenarios/reports/transcript.ts";
import { attachmentsFolder, copyAttachments, readAttachment } from "../../scenarios/runs/attachments-folder.ts";
import type { CreateReporter } from "../../scenarios/reports/reporter.ts";
import { type ResultsFile, createResultsFile } from "../../scenarios/runs/results-file.ts";
import { runEndOf } from "../../scenarios/runs/run-end.ts";
import type { StoredShard } from "../../scenarios/runs/run-header.ts";
import { earlierRuns, makeRunFolder, pruneRuns } from "../../scenarios/runs/runs-folder.ts";
import type { StoredHeader } from "../../scenarios/runs/run-header.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { damagedText } from "../../scenarios/runs/unfinished.ts";
import { type BaselineReport, compareWithBaseline } from "../../scenarios/baseline/compare.ts";
import { type Sample, sampleOf } from "../../scenarios/baseline/sample.ts";
import { addResult, emptySummary, exitCodeOfRun } from "../../scenarios/results/summary.ts";
import type { Project } from "../../project/project.ts";
import type { Quarantines } from "../../project/quarantine.ts";
import { ensureStateFolder } from "../../api/folders.ts";
import { readCommit } from "../../api/git.ts";
import { openSuiteCoverage, showsCoverage } from "../coverage/suite.ts";
import { inShell } from "../../kit/shell.ts";
import { keepingFiles } from "./keep-files.ts";
import { openReporters, together } from "../report/reporters.ts";
import { recordCommand } from "../report/reporting-options.ts";
import { readVersion } from "../package.ts";
import type { World } from "../world.ts";
import type { BaselineOwner, LoadedBaseline } from "../../api/testing/baseline-file.ts";
import { tryingOf } from "../../api/testing/repeats.ts";
import type { Against } from "./against.ts";
import type { Resumed } from "./resume.ts";
import type { TestOptions } from "./test-options.ts";
import { resultsOf } from "../../api/testing/open-run.ts";

/** What to run, and how. */
export interface PlannedRun {
  /** The name of the target. */
  target: string;
  /** Every scenario of the project. */
  all: readonly Scenario[];
  /** In the order of the files. */
  selected: readonly Scenario[];
  /** `2026-12-31` */
  today: string;
  /** Milliseconds since 1970. */
  begin: number;
  seed: number;
  /** The selected scenarios, in the order in which they start. */
  sequence: readonly Scenario[];
  /** The run that it resumes. */
  resumed: Resumed | null;
  /** The reason for running each scenario, when only affected ones run. */
  affected: ReadonlyMap<string, readonly string[]> | null;
  /** The scenarios whose verdicts do not count. */
  quarantines: Quarantines;
  /** Called with every result, for comparisons of several runs. */
  collect: ((result: ScenarioResult) => Promise<void>) | null;
  /** An additional reporter besides the requested ones. */
  report: CreateReporter | null;
  /** The suite of another commit, if that is what runs. */
  suite: Against | null;
  /** The shard of the suite; `null` without shards. */
  shard: StoredShard | null;
  /** The baseline to compare with. */
  against: (LoadedBaseline & Pick<BaselineOwner, "isKnown">) | null;
}

/** Stores additional data from results. */
export interface ResultKeeper {
  keep(this: void, result: ScenarioResult, header: StoredHeader): Promise<void>;
  /** Called after the last result, however the run ends, with the comparison to the baseline. */
  end(this: void, baseline: BaselineReport | null): Promise<unknown>;
}

/** Runs scenarios, passes each result to the reporters and the results file as it arrives, and returns the exit code. */
export async function runAndReport(
  world: World,
  project: Project,
  planned: PlannedRun,
  deps: RunDeps,
  options: TestOptions,
  keeper: ResultKeeper = { keep: async () => {}, end: async () => {} },
): Promise<number> {
  const { target, jobs, bail, repeat, order, verbose, deployed, replay, json } = options;
  const { selected, sequence, today, begin, seed, resumed, against, suite } = planned;
  const root = suite?.root ?? project.root;
  const again = [
    world.command(world.cwd),
    "test",
    ...(target === undefined ? [] : [`--target ${inShell(target)}`]),
    ...(deployed === true ? ["--deployed"] : []),
    ...(options.baseline === undefined ? [] : [`--baseline ${inShell(options.baseline)}`]),
    ...(repeat === undefined ? [] : [`--repeat ${repeat}`]),
    ...(replay === true ? ["--replay"] : []),
    ...(suite === null ? [] : [`--against ${inShell(suite.reference)}`]),
  ];
  const outside = suite === null ? world : { ...world, cwd: suite.cwd };
  // A single conversation is shown live; several at once would be mixed up.
  const isWatched =
    verbose === true && selected.length === 1 && json !== true && (options.reporter ?? ["list"]).includes("list");
  const names = json === true ? ["json", ...(options.reporter ?? [])] : (options.reporter ?? ["list"]);
  const coverage =
    showsCoverage(names) || planned.report !== null
      ? await openSuiteCoverage(world, project, planned.all, planned.target)
      : null;
  const reporters = await openReporters(
    outside,
    names,
    {
      conversations: verbose === true && !isWatched,
      record: (ids) => recordCommand(world, planned.target, ids),
      again: again.join(" "),
      repeat: (id) => [...again, `--id ${inShell(id)}`].join(" "),
      root: project.root,
      env: world.env,
      now: world.now,
      earlierRuns: (run) => earlierRuns(root, run),
      coverage,
    },
    planned.report === null ? [] : [planned.report],
  );
  const reporter = together(reporters.all);
  if (order === "random") world.stderr.write(`in random order; to repeat this order: --order random --seed ${seed}\n`);
  const abandoned = async (error: unknown): Promise<never> => {
    await reporters.abandon();
    throw error;
  };
  const file = await openResults(world, project, planned, options).catch(abandoned);
  const attachment = (hash: string) => readAttachment(attachmentsFolder(file.path), hash);
  const run = { header: file.header, isStored: false, attachment };
  let summary = emptySummary;
  const done = new Set<string>();
  const samples = new Map<string, Sample>();
  const take = async (raw: ScenarioResult) => {
    const because = planned.affected?.get(raw.id);
    const result = because === undefined ? raw : { ...raw, affected: because };
    summary = addResult(summary, result);
    await file.append(result);
    await planned.collect?.(result);
    done.add(result.id);
    if (against !== null) samples.set(result.id, sampleOf(result));
    reporter.result(result);
  };
  try {
    reporter.begin(run);
    if (resumed !== null) {
      const onDamaged = (line: number) => world.stderr.write(damagedText(resumed.id, line));
      await copyAttachments(resumed.path, file.path);
      for await (const result of resumed.done(onDamaged)) await take(result);
      world.stderr.write(`${done.size} of ${selected.length} were already done in the run ${resumed.id}\n`);
    }
    const toRun = sequence.filter(({ id }) => !done.has(id));
    for await (const result of resultsOf(
      world,
      toRun,
      {
        ...deps,
        ...(isWatched && { onHappening: watch(world) }),
        onProgress: reporter.progress,
        keep: keepingFiles(world.secrets, attachmentsFolder(file.path)),
      },
      {
        jobs,
        bail: bail ?? null,
        trying: tryingOf(options),
        today,
        quarantines: planned.quarantines,
      },
    )) {
      await take(result);
      await keeper.keep(result, file.header);
    }
  } finally {
    if (against !== null) {
      const { file: path, baseline, isKnown } = against;
      const inOrder = selected.flatMap(({ id }) => samples.get(id) ?? []);
      summary = { ...summary, baseline: compareWithBaseline(path, baseline, inOrder, isKnown) };
    }
    if (suite !== null) summary = { ...summary, losses: { since: suite.since, losses: suite.losses } };
    const results = (isWanted: (id: string) => boolean = () => true) =>
      file.read(selected.flatMap(({ id }) => (isWanted(id) ? [id] : [])));
    const finished = {
      summary,
      time: world.now() - begin,
      exitCode: exitCodeOfRun(summary, world.signal.aborted, deps.budget?.isUsedUp()),
      interrupted: world.signal.aborted,
      isBudgetUsedUp: deps.budget?.isUsedUp() ?? false,
    };
    await file.end(runEndOf(finished)).catch(abandoned);
    await reporter.end({ ...run, ...finished, results }).catch(abandoned);
    await Promise.all([file.close(), reporters.close()]);
    await keeper.end(summary.baseline);
  }
  return exitCodeOfRun(summary, world.signal.aborted, deps.budget?.isUsedUp());
}

/** Prints a conversation live. */
function watch({ stdout, secrets }: World): NonNullable<RunDeps["onHappening"]> {
  return (happening) => {
    const lines = happeningLines(secrets.redactJson(happening));
    if (lines.length > 0) stdout.write(`${lines.map((line) => `    ${line}`.trimEnd()).join("\n")}\n`);
  };
}

/** The results file of a new run. Old runs are deleted first, with a message. */
async function openResults(
  world: World,
  project: Project,
  { target, selected, begin, seed, resumed, suite, shard }: PlannedRun,
  options: TestOptions,
): Promise<ResultsFile> {
  const root = suite?.root ?? project.root;
  await ensureStateFolder(root);
  const deleted = await pruneRuns(root, world.now());
  if (deleted > 0) world.stderr.write(`deleted ${deleted} old ${deleted === 1 ? "run" : "runs"} from .playbill/runs\n`);
  const { id, path } = await makeRunFolder(root, world.now());
  return createResultsFile(path, {
    run: id,
    project: project.name,
    commit: await readCommit(root),
    playbill: readVersion(),
    target,
    deployed: options.deployed ?? false,
    replayed: options.replay ?? false,
    repeat: options.repeat ?? null,
    all_runs: tryingOf(options).allRuns,
    seed,
    began: new Date(begin).toISOString(),
    scenarios: selected.map((scenario) => scenario.id),
    resumed: resumed?.id ?? null,
    shard,
    merged: null,
  });
}
