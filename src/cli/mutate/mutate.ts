import { randomSeed } from "../../kit/random.ts";
import { ensureStateFolder } from "../../api/folders.ts";
import { expandAll } from "../../api/expansion.ts";
import { loadForTests } from "../../api/load.ts";
import { redacted } from "../../api/redacted.ts";
import { withModel } from "../../api/testing/assistants-under-test.ts";
import { budgetOf } from "../../api/testing/budget.ts";
import { createFingerprints } from "../../api/testing/fingerprints.ts";
import { openRun, type Tested } from "../../api/testing/open-run.ts";
import { soundQuarantine } from "../../api/testing/quarantine.ts";
import { tryingOf } from "../../api/testing/repeats.ts";
import { fail } from "../../problem.ts";
import { desiredWithKnowledge, sensitiveValues } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import { type ResolvedTarget, resolveTarget } from "../../project/resolve-target.ts";
import { quarantineOf } from "../../project/quarantine.ts";
import { learnSensitive } from "../../project/vars.ts";
import type { Desired } from "../../resources/resource.ts";
import { estimateOf, estimateText } from "../../scenarios/mutation/estimate.ts";
import { newMutationId, storeMutations } from "../../scenarios/mutation/mutations-folder.ts";
import { mutantsOf } from "../../scenarios/mutation/mutants.ts";
import type { MutationKind } from "../../scenarios/mutation/mutation-kinds.ts";
import { renderListedMutants, renderMutations } from "../../scenarios/mutation/render.ts";
import { mutationVersion, summaryOf, type JudgedMutant, type MutationReport } from "../../scenarios/mutation/report.ts";
import { addResult, emptySummary, exitCodeOfRun } from "../../scenarios/results/summary.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { skipReason } from "../../scenarios/selection/select.ts";
import { readVersion } from "../package.ts";
import { refuseUnfit } from "../../api/testing/choose.ts";
import { createKnowledgeProgress } from "../sync/progress.ts";
import { type World, isInCi } from "../world.ts";
import { earlierRun } from "./earlier-run.ts";
import { costOfResult, type MutantOutcome, type MutationRun, runBaseline, runMutants } from "./run-mutants.ts";
import { variantOf, type Variant } from "./variants.ts";

interface Options {
  target?: string;
  only?: MutationKind[];
  max?: number;
  seed?: number;
  smaller?: string;
  jobs: number;
  /** US dollars. */
  budget?: number;
  failUnder?: number;
  list?: true;
  yes?: true;
  json?: true;
}

/** `playbill mutate`: makes assistants and stubs worse, one change at a time, and reports the changes that no scenario notices. No file is changed. */
export async function mutate(world: World, options: Options): Promise<number> {
  const began = world.now();
  const { project, testProblems } = await loadForTests(world, { files: "all" });
  const config = resolveTarget(project, options.target, world.env);
  const all = expandAll(project, config);
  const today = new Date(began).toISOString().slice(0, 10);
  const ids = all.map(({ id }) => id);
  const quarantines = soundQuarantine(world, project, today, ids);
  // Quarantined scenarios do not count here, as in tests.
  const scenarios = all.filter(
    (scenario) =>
      skipReason(scenario, today) === null && !scenario.observe && quarantineOf(quarantines, scenario) === null,
  );
  if (scenarios.length === 0)
    return fail("no_scenarios", "there is no scenario that could notice a mutant", {
      hint: "Create one in scenarios/NAME.yaml.",
    });
  refuseUnfit(scenarios, testProblems);
  const { only = [], max = null, smaller = null } = options;
  const seed = options.seed ?? randomSeed(Math.random);
  const variants = mutantsOf(project, scenarios, { only, max, seed, smaller }).flatMap((mutant, index) => {
    const variant = variantOf(mutant, index + 1, project, config);
    return variant === null ? [] : [variant];
  });
  const mutants = variants.map(({ mutant }) => mutant);
  if (options.list === true) {
    const listed = mutants.map(({ place: { file, line }, kind, assistants, what, before, after }) => {
      return { kind, assistants, file, line, what, before, after };
    });
    const written = { format_version: mutationVersion, target: config.name, seed, mutants: listed };
    world.stdout.write(options.json === true ? `${JSON.stringify(written, null, 2)}\n` : renderListedMutants(mutants));
    return 0;
  }
  const isPlayed = config.server === "embedded" && config.model !== "openai";
  const original = desiredWithKnowledge(
    project,
    config,
    scenarios.map(({ assistant }) => assistant),
  );
  const desired = together([...original, ...variants.flatMap((variant) => variant.desired)]);
  learnSensitive(sensitiveValues(desired), world.secrets);
  const fingerprints = createFingerprints(project, { desired, lock: null }, world.secrets);
  const earlier = await earlierRun(project.root, config.name, scenarios, fingerprints.of);
  const estimate = estimateOf(mutants, scenarios, earlier, isPlayed);
  world.stderr.write(estimateText(mutants, estimate, config.name, isPlayed));
  if (max !== null) world.stderr.write(`chosen at random; to repeat this choice: --max ${max} --seed ${seed}\n`);
  if (!isPlayed && options.yes !== true && !(await confirmed(world))) return 0;
  const tested = { desired, lock: null, fingerprints };
  const suite = {
    project,
    config,
    all,
    original,
    tested,
    first: estimate.first,
    variants,
    today,
    seed,
    began,
    isPlayed,
  };
  return runSuite(world, suite, options);
}

interface Suite {
  project: Project;
  config: ResolvedTarget;
  all: readonly Scenario[];
  /** The unchanged assistants. */
  original: readonly Desired[];
  /** The unchanged assistants and those of the mutants. */
  tested: Tested;
  /** The scenarios to run without a mutant. */
  first: readonly Scenario[];
  variants: readonly Variant[];
  today: string;
  seed: number;
  began: number;
  isPlayed: boolean;
}

async function runSuite(world: World, suite: Suite, options: Options): Promise<number> {
  const { project, config, all, original, tested, first } = suite;
  const { budget: limit, smaller, jobs } = options;
  // The price of the smaller model must be known too.
  if (limit !== undefined && smaller !== undefined)
    budgetOf(project, config, withModel([...original], config.models?.[smaller] ?? smaller), first, limit);
  const budget = limit === undefined ? undefined : budgetOf(project, config, original, first, limit);
  const open = await openRun(world, project, {
    config,
    all,
    toRun: first,
    tested,
    isDeployed: false,
    jobs,
    progress: createKnowledgeProgress(world.stderr),
    budget,
  });
  try {
    return await runAll(world, suite, options, { deps: open.deps, budget });
  } finally {
    await open.close();
  }
}

async function runAll(
  world: World,
  { project, config, first, variants, seed, began, today, isPlayed }: Suite,
  { failUnder, json, jobs }: Options,
  { deps, budget }: Pick<MutationRun, "deps" | "budget">,
): Promise<number> {
  const spent = { cost: 0 as number | null, conversations: 0 };
  const run: MutationRun = {
    deps,
    jobs,
    signal: world.signal,
    today,
    trying: tryingOf({}),
    isPlayed,
    budget,
    onResult(result) {
      const { cost, conversations } = costOfResult(result);
      spent.conversations += conversations;
      spent.cost = spent.cost === null || cost === null ? null : spent.cost + cost;
    },
  };
  world.stderr.status(`  running ${first.length} scenarios without mutants`);
  const { baseline, results } = await runBaseline(first, run);
  const left = baseline.filter(({ passes }) => !passes);
  const outcomes: MutantOutcome[] = [];
  const isHopeless = baseline.length > 0 && left.length === baseline.length;
  if (!isHopeless && !world.signal.aborted) {
    const tell = createProgress(world, variants.length);
    for await (const outcome of runMutants(variants, baseline, run)) {
      outcomes.push(outcome);
      tell(outcome.mutant);
    }
  }
  world.stderr.status("");
  const mutants = outcomes.toSorted((one, other) => one.index - other.index).map(({ mutant }) => mutant);
  const report: MutationReport = redacted(
    {
      format_version: mutationVersion,
      id: newMutationId(began),
      playbill: readVersion(),
      target: config.name,
      began: new Date(began).toISOString(),
      seed,
      baseline: {
        scenarios: baseline.length,
        left_out: left.map(({ scenario: { id }, status }) => ({ id, status })),
      },
      ...spent,
      ...summaryOf(mutants),
    },
    world.secrets,
  );
  await ensureStateFolder(project.root);
  await storeMutations(project.root, report);
  world.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : renderMutations(report));
  const summary = results.reduce(addResult, emptySummary);
  if (world.signal.aborted) return 130;
  if (budget?.isUsedUp() === true) return 6;
  if (isHopeless) return exitCodeOfRun(summary, false);
  const isBroken = outcomes.some((outcome) => outcome.isBroken);
  return exitCodeOf(world, report, failUnder, isBroken);
}

function exitCodeOf(world: World, { score }: MutationReport, failUnder: number | undefined, isBroken: boolean): number {
  if (failUnder !== undefined && score !== null && score < failUnder) {
    world.stderr.write(`${score} % of the mutants were noticed, less than the ${failUnder} % of --fail-under\n`);
    return 1;
  }
  if (isBroken) return 5;
  return failUnder !== undefined && score === null ? 7 : 0;
}

/** The first declaration of each address: unchanged ones appear once for all mutants. */
function together(all: readonly Desired[]): Desired[] {
  return [...new Map(all.toReversed().map((each) => [each.address, each])).values()].toReversed();
}

/** Asks for confirmation, because calling a model costs money; without a terminal, the command line is enough. */
async function confirmed(world: World): Promise<boolean> {
  if (world.ask === null || isInCi(world)) return true;
  const answer = await world.ask('Run them? Only "yes" is accepted: ');
  if (answer?.trim() === "yes") return true;
  world.stderr.write("nothing was run\n");
  return false;
}

const quarters = 4;

/** Shows progress: an updated line on a terminal, elsewhere a line at each quarter. */
function createProgress({ stderr }: World, total: number): (mutant: JudgedMutant) => void {
  let done = 0;
  let missed = 0;
  return ({ status }) => {
    done += 1;
    if (status === "survived" || status === "uncovered") missed += 1;
    stderr.status(`  ${done} of ${total} mutants, ${missed} not noticed`);
    const isQuarter = Math.floor((done * quarters) / total) > Math.floor(((done - 1) * quarters) / total);
    if (!stderr.isTTY && isQuarter && total > quarters && done < total) stderr.write(`  ${done} of ${total} mutants\n`);
  };
}
