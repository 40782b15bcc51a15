import { fail } from "../../problem.ts";
import { dollarsText } from "../../kit/dollars.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import type { Answerer, Opinion } from "../../scenarios/asking/ask.ts";
import { opinionsUsed, regraded, regradingOf, type Regrading } from "../../scenarios/regrade.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { copyAttachments } from "../../scenarios/runs/attachments-folder.ts";
import { createResultsFile } from "../../scenarios/runs/results-file.ts";
import { runEndOf } from "../../scenarios/runs/run-end.ts";
import { findRun, makeRunFolder } from "../../scenarios/runs/runs-folder.ts";
import { addResult, emptySummary, exitCodeOfRun, type Summary } from "../../scenarios/results/summary.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import { expandAll } from "../../api/expansion.ts";
import { ensureStateFolder } from "../../api/folders.ts";
import { loadForTests } from "../../api/load.ts";
import { readVersion } from "../package.ts";
import { redacted } from "../../api/redacted.ts";
import type { World } from "../world.ts";
import { answererFor, checkModels } from "../../api/testing/asking.ts";
import { createOtherModels, otherModelText, type OtherModel } from "./other-models.ts";
import { refuseUnfit } from "../../api/testing/choose.ts";
import type { StoredRun } from "../../scenarios/runs/stored-run.ts";

interface Options {
  target?: string;
  json?: true;
}

const formatVersion = 1;

/** The result of judging a run again. */
interface Regraded {
  run: string;
  results: string;
  /** The number of results judged again, and the ids without a current scenario. */
  judged: number;
  gone: string[];
  /** The number of questions sent to models, without those already answered. */
  asked: number;
  /** US dollars; `null` is unknown. */
  cost: number | null;
  /** Models that were not called, because other models had answered under their names. */
  other_models: OtherModel[];
  changed: Regrading[];
}

/** `playbill regrade RUN`: judges stored results again with the current scenarios, without running anything. Writes a separate results file. */
export async function regrade(world: World, name: string, options: Options): Promise<number> {
  const begin = world.now();
  const { project, testProblems } = await loadForTests(world, { files: "all" });
  const run = await findRun(project.root, world.cwd, name);
  const config = resolveTarget(project, options.target ?? run.header.target, world.env);
  const scenarios = new Map(expandAll(project, config).map((scenario) => [scenario.id, scenario]));
  const wanted = await scenariosOf(world, run, scenarios);
  if (wanted.length === 0) {
    return fail("no_scenarios", `the run ${run.header.run} has no result of a scenario of this project`, {
      hint: "Name another run, or run the scenarios again.",
    });
  }
  refuseUnfit(wanted, testProblems);
  checkModels(world, project, config, wanted);
  await ensureStateFolder(project.root);
  const { id, path } = await makeRunFolder(project.root, world.now());
  const file = await createResultsFile(path, {
    run: id,
    project: project.name,
    commit: run.header.commit ?? null,
    playbill: readVersion(),
    target: config.name,
    deployed: run.header.deployed ?? false,
    replayed: run.header.replayed ?? false,
    repeat: run.header.repeat ?? null,
    all_runs: run.header.all_runs ?? false,
    seed: run.header.seed ?? 0,
    began: new Date(world.now()).toISOString(),
    scenarios: wanted.map((scenario) => scenario.id),
    resumed: null,
    shard: null,
    merged: null,
  });
  await copyAttachments(run.path, path);
  const spent = { asked: 0, cost: 0 as number | null };
  const answer = counted(answererFor(world, project, config), spent);
  let summary = emptySummary;
  const others = createOtherModels(world, project);
  const found = { run: run.header.run, results: path, judged: 0, gone: [] as string[], changed: [] as Regrading[] };
  try {
    for await (const stored of run.results()) {
      const scenario = scenarios.get(stored.id);
      if (scenario === undefined) {
        found.gone.push(stored.id);
        continue;
      }
      const { redactJson } = world.secrets;
      const result = redacted(await regraded(stored, scenario, answer, world.signal, redactJson), world.secrets);
      summary = addResult(summary, result);
      await file.append(result);
      found.judged += 1;
      for (const used of await opinionsUsed(result, scenario, redactJson)) others.add(used);
      const change = regradingOf(stored, result);
      if (change !== null) found.changed.push(change);
    }
    const interrupted = world.signal.aborted;
    const exitCode = exitCodeOfRun(summary, interrupted);
    const time = world.now() - begin;
    await file.end(runEndOf({ summary, time, exitCode, interrupted, isBudgetUsedUp: false }));
  } finally {
    await file.close();
  }
  const report: Regraded = { ...found, ...spent, other_models: others.list() };
  world.stdout.write(options.json === true ? asJson(report, summary) : `${linesOf(report, summary).join("\n")}\n`);
  return exitCodeOfRun(summary, world.signal.aborted);
}

/** The current scenarios for which a run has results. */
async function scenariosOf(
  world: World,
  run: StoredRun,
  scenarios: ReadonlyMap<string, Scenario>,
): Promise<Scenario[]> {
  const found = new Map<string, Scenario>();
  const damaged: number[] = [];
  for await (const { id } of run.results((line) => damaged.push(line))) {
    const scenario = scenarios.get(id);
    if (scenario !== undefined) found.set(id, scenario);
  }
  if (damaged.length > 0) world.stderr.write(`line ${damaged.join(", ")} of ${run.path} cannot be read\n`);
  return [...found.values()];
}

/** An answerer that counts its questions and their cost. */
function counted(answer: Answerer, spent: { asked: number; cost: number | null }): Answerer {
  return async (ask, signal): Promise<Opinion> => {
    const opinion = await answer(ask, signal);
    if (opinion.by?.isCached === true) return opinion;
    spent.asked += 1;
    const cost = opinion.by === undefined ? 0 : opinion.by.cost;
    spent.cost = spent.cost === null || cost === null ? null : spent.cost + cost;
    return opinion;
  };
}

function asJson(report: Regraded, { counts }: Summary): string {
  return `${JSON.stringify({ format_version: formatVersion, ...report, counts }, null, 2)}\n`;
}

function linesOf(
  { run, results, judged, gone, asked, cost, other_models: others, changed }: Regraded,
  { counts }: Summary,
): string[] {
  const lines = changed.flatMap(({ id, before, after, verdicts }) => [
    before === after ? `${id}: still ${after}, for other reasons` : `${id}: ${before} -> ${after}`,
    ...verdicts.map(({ turn, subject, before: was, after: is, sentence }) => {
      const where = turn === null ? "the conversation" : `turn ${turn}`;
      return `  ${where}, ${subject}: ${was ?? "new"} -> ${is}. ${printableLine(sentence)}`;
    }),
  ]);
  const price = asked === 0 ? "" : ` (${cost === null ? "unknown cost" : dollarsText(cost)})`;
  const statuses = Object.entries(counts).flatMap(([status, count]) =>
    count === 0 ? [] : [`${count} ${status.replace("_", " ")}`],
  );
  return [
    ...lines,
    ...(lines.length === 0 ? ["nothing changed"] : []),
    ...(gone.length === 0 ? [] : [`without a current scenario: ${printable(gone.join(", "))}`]),
    ...others.map(otherModelText),
    `${judged} ${judged === 1 ? "result" : "results"} of ${run} judged again, ${asked} ${asked === 1 ? "question" : "questions"} asked${price}: ${statuses.join(", ")}`,
    `results: ${results}`,
  ];
}
