import { findProjectRoot } from "../../project/files.ts";
import { fail } from "../../problem.ts";
import { isSameFingerprint } from "../../scenarios/fingerprint.ts";
import { findRun } from "../../scenarios/runs/runs-folder.ts";
import { isDone } from "../../scenarios/runs/unfinished.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { World } from "../world.ts";
import type { Fingerprints } from "../../api/testing/fingerprints.ts";
import type { TestOptions } from "./test-options.ts";
import type { StoredRun } from "../../scenarios/runs/stored-run.ts";

/** A run to resume. */
export interface Resumed {
  id: string;
  /** Its results file. */
  path: string;
  /** The ids of all selected scenarios. */
  scenarios: readonly string[];
  /** Its results, read one after the other. */
  done(this: void, onDamaged?: (line: number) => void): AsyncGenerator<ScenarioResult>;
}

/**
 * The run named by `--resume`, and the options of a test that resumes it: with its target, seed and number of runs, unless others are given. `null` without
 * `--resume`. Throws a ProblemError when the run does not exist, or an older version wrote it without its selection.
 */
export async function openResumed(
  world: World,
  paths: readonly string[],
  options: TestOptions,
): Promise<{ resumed: Resumed | null; options: TestOptions }> {
  if (options.resume === undefined) return { resumed: null, options };
  if (paths.length > 0) {
    return fail("bad_flag", "--resume runs the selection of the earlier run and takes no paths", {
      hint: `Remove ${paths.join(" ")}.`,
    });
  }
  const run = await findRun(findProjectRoot(world.cwd) ?? world.cwd, world.cwd, options.resume);
  const { run: id, scenarios, target, seed, deployed, repeat = null, all_runs: allRuns } = run.header;
  if (scenarios === undefined) {
    return fail("cannot_resume", `the run ${id} does not record which scenarios it selected`, {
      hint: "An earlier version of Playbill wrote it. Run the scenarios again.",
    });
  }
  if (options.target !== undefined && options.target !== target) {
    return fail("cannot_resume", `the run ${id} was made at ${target}, not at ${options.target}`, {
      hint: "Remove --target: the run continues at the same target.",
    });
  }
  const resumed: Resumed = { id, path: run.path, scenarios, done: (onDamaged) => doneIn(run, onDamaged) };
  const given = {
    ...options,
    ...(target !== undefined && { target }),
    ...(deployed === true && { deployed }),
    ...(repeat !== null && { repeat: options.repeat ?? repeat }),
    ...(allRuns === true && { allRuns }),
    ...(seed !== undefined && { seed: options.seed ?? seed }),
  };
  return { resumed, options: given };
}

async function* doneIn(run: StoredRun, onDamaged?: (line: number) => void): AsyncGenerator<ScenarioResult> {
  for await (const result of run.results(onDamaged)) if (isDone(result.status)) yield result;
}

/** The scenarios of an earlier run. Throws a ProblemError when one of them no longer exists. */
export function selectedAgain({ id: run, scenarios }: Resumed, all: readonly Scenario[]): Scenario[] {
  const wanted = new Set(scenarios);
  const selected = all.filter(({ id }) => wanted.has(id));
  const found = new Set(selected.map(({ id }) => id));
  refuseChanged(
    run,
    scenarios.filter((id) => !found.has(id)),
    "no longer in the files",
  );
  return selected;
}

/** The ids of finished scenarios, with their statuses. Throws a ProblemError when one has changed since: a run must not mix results of two suites. */
export async function doneUnchanged(
  { id: run, done }: Resumed,
  selected: readonly Scenario[],
  fingerprintOf: Fingerprints["of"],
): Promise<ReadonlySet<string>> {
  const scenarios = new Map(selected.map((scenario) => [scenario.id, scenario]));
  const ids = new Set<string>();
  const changed: string[] = [];
  for await (const { id, fingerprint } of done()) {
    const scenario = scenarios.get(id);
    if (scenario === undefined) continue;
    ids.add(id);
    const isSame = fingerprint === null || isSameFingerprint(fingerprint, fingerprintOf(scenario));
    if (!isSame) changed.push(id);
  }
  refuseChanged(run, changed, "different from the one that ran");
  return ids;
}

const mostNamed = 5;

function refuseChanged(run: string, ids: readonly string[], how: string): void {
  const [first, ...others] = ids;
  if (first === undefined) return;
  const named = others.slice(0, mostNamed - 1);
  const more = others.length - named.length;
  fail("cannot_resume", `the run ${run} cannot be resumed: ${first} is ${how}`, {
    hint: [
      ...(others.length === 0 ? [] : [`So are ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`]),
      "Its results would not match the current suite. Run the scenarios again.",
    ].join("\n"),
  });
}
