import { randomSeed } from "../../kit/random.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import { desiredWithKnowledge, sensitiveValues } from "../../project/desired.ts";
import { learnSensitive } from "../../project/vars.ts";
import { skipReason } from "../../scenarios/select.ts";
import { expandAll, scriptsOf } from "../expansion.ts";
import { loadForTests } from "../load.ts";
import { openTarget } from "../open-target.ts";
import type { World } from "../world.ts";
import { chooseScenarios, isAskedFor, refuseUnfit } from "./choose.ts";
import { runAndReport } from "./run-and-report.ts";
import { withSession } from "./session.ts";
import type { TestOptions } from "./test-options.ts";

/** `playbill test`: runs the scenarios that were asked for, judges them and reports. */
export async function test(world: World, paths: string[], options: TestOptions): Promise<number> {
  const begin = world.now();
  const isSelected = isAskedFor(world, paths, options);
  const { project, testProblems } = await loadForTests(world, { files: "all", isSelected });
  const config = resolveTarget(project, options.target, world.env);
  const all = expandAll(project, config, isSelected);
  const selected = chooseScenarios(world, project, all, paths, options);
  refuseUnfit(selected, testProblems);
  const seed = options.seed ?? randomSeed(Math.random);
  const today = new Date(begin).toISOString().slice(0, 10);
  const toRun = selected.filter((scenario) => skipReason(scenario, today) === null);
  const names = toRun.map(({ assistant }) => assistant);
  const desired = options.deployed === true ? [] : desiredWithKnowledge(project, config, names);
  learnSensitive(sensitiveValues(desired), world.secrets);
  const scripts = scriptsOf(project, config, all);
  const open = await openTarget(world, project, config, { scripts, willWrite: true });
  try {
    const needs = { config, desired, isDeployed: options.deployed ?? false, toRun, jobs: options.jobs };
    return await withSession(world, project, open, needs, (deps) =>
      runAndReport(world, project, { target: open.name, selected, today, begin, seed }, deps, options),
    );
  } finally {
    await open.close();
  }
}
