import { fail, advice } from "../../problem.ts";
import { desiredWithKnowledge, soundOrNone } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import { resolveWithoutConnection, type ResolvedTarget } from "../../project/resolve-target.ts";
import type { Coverage } from "../../scenarios/coverage/coverage.ts";
import { renderCoverage } from "../../scenarios/coverage/render.ts";
import { changedParts } from "../../scenarios/fingerprint.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import { findRun, lastRun } from "../../scenarios/runs/runs-folder.ts";
import { damagedText } from "../../scenarios/runs/unfinished.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { expandAll } from "../../api/expansion.ts";
import { loadSound } from "../../api/load.ts";
import { inShell } from "../../kit/shell.ts";
import { createFingerprints } from "../../api/testing/fingerprints.ts";
import type { World } from "../world.ts";
import { openSuiteCoverage } from "./suite.ts";
import type { StoredRun } from "../../scenarios/runs/stored-run.ts";

interface Options {
  target?: string;
  failUnder?: number;
  json?: true;
}

/** The version of what `--json` prints; a change that breaks readers raises it. */
const formatVersion = 1;

/** `playbill coverage`: shows what the suite covered in stored runs, and what it did not. Runs nothing. */
export async function coverage(world: World, names: string[], options: Options): Promise<number> {
  const project = await loadSound(world, { files: "all" });
  const runs = await runsOf(world, project, names, options);
  const [first] = runs;
  const config = resolveWithoutConnection(project, options.target ?? first.header.target, world.env);
  const scenarios = expandAll(project, config);
  const suite = await openSuiteCoverage(world, project, scenarios, config.name);
  const notes = createNotes(world, project, config, scenarios);
  const described: DescribedRun[] = [];
  for (const run of runs) {
    const ids = new Set<string>();
    for await (const result of run.results((line) => world.stderr.write(damagedText(run.header.run, line)))) {
      ids.add(result.id);
      notes.add(result);
      suite.add(result);
    }
    described.push({
      run: run.header.run,
      target: run.header.target ?? null,
      began: run.header.began ?? null,
      scenarios: ids.size,
    });
  }
  const found = suite.coverage();
  const about = { known: scenarios.length, run: suite.countRun() };
  if (options.json === true) {
    const written = { format_version: formatVersion, target: config.name, runs: described, scenarios: about, ...found };
    world.stdout.write(`${JSON.stringify(written, null, 2)}\n`);
  } else {
    world.stdout.write(`${headline(described, about, config.name)}\n\n`);
    world.stdout.write(renderCoverage(found, adviceOf(world, project, config, options)));
  }
  notes.print();
  return verdictOf(world, found, options.failUnder);
}

interface DescribedRun {
  run: string;
  target: string | null;
  began: string | null;
  scenarios: number;
}

async function runsOf(
  world: World,
  project: Project,
  names: readonly string[],
  { target }: Options,
): Promise<[StoredRun, ...StoredRun[]]> {
  const [first, ...others] = await Promise.all(names.map((name) => findRun(project.root, world.cwd, name)));
  if (first !== undefined) return [first, ...others];
  const name = resolveWithoutConnection(project, target, world.env).name;
  const last = await lastRun(project.root, name);
  if (last !== null) return [last];
  return fail(
    "unknown_run",
    `no run at ${name} is stored in .playbill/runs`,
    advice({ purpose: "Create one", command: `playbill test --target ${inShell(name)}` }),
  );
}

/** Collects remarks about unusual results, to print once at the end. */
function createNotes(world: World, project: Project, config: ResolvedTarget, scenarios: readonly Scenario[]) {
  const known = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const names = scenarios.map(({ assistant }) => assistant);
  const desired = soundOrNone(() => desiredWithKnowledge(project, config, names));
  const fingerprints = createFingerprints(project, { desired, lock: null }, world.secrets);
  const changed = new Set<string>();
  const gone = new Set<string>();
  let isOld = false;
  return {
    add({ id, record, fingerprint }: ScenarioResult): void {
      const scenario = known.get(id);
      if (scenario === undefined) return void gone.add(id);
      if (fingerprint !== null && changedParts(fingerprint.scenario, fingerprints.of(scenario).scenario).length > 0)
        changed.add(id);
      const calls = record?.turns.flatMap((turn) => turn.calls) ?? [];
      if (calls.some(({ outcome, rule }) => outcome?.kind === "result" && rule === undefined)) isOld = true;
    },
    print(): void {
      const say = (text: string) => world.stderr.write(`${text}\n`);
      if (changed.size > 0)
        say(`${count(changed.size, "scenario")} changed since then and may cover something else now`);
      if (gone.size > 0)
        say(
          `${count(gone.size, "scenario")} of these runs no longer ${gone.size === 1 ? "exists and is" : "exist and are"} not counted`,
        );
      if (isOld) say("a run was made by an earlier version of Playbill: it does not record which stub rules answered");
    },
  };
}

function headline(
  runs: readonly DescribedRun[],
  { known, run }: { known: number; run: number },
  target: string,
): string {
  return `${run} of ${count(known, "scenario")} ran at ${target}: ${runs.map((each) => each.run).join(", ")}`;
}

/** How to find out whether instructions matter: only a model can show that. */
function adviceOf(world: World, { targets }: Project, { name }: ResolvedTarget, { target }: Options): string {
  const { server, model } = targets.get(name) ?? {};
  const command = `${world.command(world.cwd)} mutate --only paragraph`;
  if (server === "embedded" && model !== "openai") return "playbill mutate shows it, at a target with a model";
  return `to find out, run ${command}${target === undefined ? "" : ` --target ${inShell(name)}`}`;
}

function verdictOf(world: World, { percent, covered, total }: Coverage, failUnder: number | undefined): number {
  if (failUnder === undefined || percent >= failUnder) return 0;
  world.stderr.write(
    `the coverage is ${percent} % (${covered} of ${total}), less than the ${failUnder} % of --fail-under\n`,
  );
  return 1;
}

function count(number: number, word: string): string {
  return `${number} ${number === 1 ? word : `${word}s`}`;
}
