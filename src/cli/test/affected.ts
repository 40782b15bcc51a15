import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { cutEnd } from "../../kit/difference.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { ProblemError } from "../../problem.ts";
import { desiredWithKnowledge, sensitiveValues, soundOrNone } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import { resolveWithoutConnection } from "../../project/resolve-target.ts";
import { learnSensitive } from "../../project/vars.ts";
import { type Known, reasonsOf } from "../../scenarios/selection/affected.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { Plan } from "../../sync/plan/plan-format.ts";
import { isSavedPlan, parsePlan } from "../../sync/plan/saved-plan.ts";
import { assistantAddress, expandAll } from "../../api/expansion.ts";
import { withFilesAt } from "../git-tree.ts";
import { readProject } from "../../api/load.ts";
import type { World } from "../world.ts";
import { createFingerprints } from "../../api/testing/fingerprints.ts";

/** The scenarios affected by a change, and why. */
export interface Affected {
  /** The side of comparison, in words. */
  since: string;
  /** By the scenario's id; only affected scenarios. */
  reasons: ReadonlyMap<string, readonly string[]>;
}

/**
 * The scenarios affected by a change: by the differences from a Git commit (`true`: from where the branch left the main branch), or
 * by what a saved plan would write. Throws a ProblemError for an unknown reference, and for a plan that cannot be read.
 */
export async function affectedScenarios(
  world: World,
  project: Project,
  { target, scenarios, reference }: { target: string; scenarios: readonly Scenario[]; reference: string | true },
): Promise<Affected> {
  const plan = reference === true ? null : savedPlan(world, reference);
  if (plan !== null) return byPlan(plan, project, { target, scenarios, file: String(reference) }, world);
  const now = knownScenarios(world, project, target);
  const { before, since } = await withFilesAt(
    project.root,
    reference === true ? undefined : reference,
    async (files) => ({
      before: await knownAt(world, files.folder, target),
      since: files.name,
    }),
  );
  const reasons = scenarios.flatMap(({ id }): [string, readonly string[]][] => {
    const known = now.get(id);
    const found =
      before === null || known === undefined
        ? ["the earlier files could not be read"]
        : reasonsOf(before.get(id) ?? null, known);
    return found.length === 0 ? [] : [[id, found]];
  });
  return { since, reasons: new Map(reasons) };
}

/** The scenarios of a project in another folder; `null` when it has files that cannot be read. */
async function knownAt(world: World, folder: string, target: string): Promise<ReadonlyMap<string, Known> | null> {
  if (!existsSync(resolve(folder, "playbill.yaml"))) return new Map();
  try {
    const { project } = await readProject({ ...world, cwd: folder });
    return project === null ? null : knownScenarios(world, project, target);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** What is known about every scenario of a project in its current files, by id. */
export function knownScenarios(world: World, project: Project, target: string): ReadonlyMap<string, Known> {
  const config = resolveWithoutConnection(project, target, world.env);
  const scenarios = expandAll(project, config, () => false);
  const names = new Set(scenarios.map(({ assistant }) => assistant));
  const desired = [...names].flatMap((name) => soundOrNone(() => desiredWithKnowledge(project, config, [name])));
  learnSensitive(sensitiveValues(desired), world.secrets);
  const { of, filesOf } = createFingerprints(project, { desired, lock: null }, world.secrets);
  return new Map(scenarios.map((scenario) => [scenario.id, { fingerprint: of(scenario), files: filesOf(scenario) }]));
}

/** The plan in a file; `null` when there is no such file, or it is not a plan. */
function savedPlan({ cwd }: World, named: string): Plan | null {
  const path = resolve(cwd, named);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const text = readFileSync(path, "utf8");
  if (!isSavedPlan(text)) return null;
  const read = parsePlan(text, named);
  if ("problems" in read) throw new ProblemError(read.problems);
  return read.plan;
}

function byPlan(
  { resources }: Plan,
  project: Project,
  { target, scenarios, file }: { target: string; scenarios: readonly Scenario[]; file: string },
  world: World,
): Affected {
  const written = new Map(
    resources.filter(({ action }) => writing.has(action)).map(({ address, action }) => [address, action]),
  );
  const config = resolveWithoutConnection(project, target, world.env);
  const needs = new Map<string, string[]>();
  const addressesOf = (name: string): string[] => {
    const known = needs.get(name) ?? desiredWithKnowledge(project, config, [name]).map(({ address }) => address);
    needs.set(name, known);
    return known;
  };
  const reasons = scenarios.flatMap((scenario): [string, readonly string[]][] => {
    const addresses = [assistantAddress(scenario), ...addressesOf(scenario.assistant)];
    const found = [...new Set(addresses)].flatMap((address) => {
      const action = written.get(address);
      return action === undefined ? [] : [`${action} ${address}`];
    });
    return found.length === 0 ? [] : [[scenario.id, found]];
  });
  return { since: file, reasons: new Map(reasons) };
}

/** Actions of a plan that change an assistant or its knowledge. */
const writing: ReadonlySet<string> = new Set(["create", "update", "replace", "adopt"]);

/** The reason for running each scenario, as text. */
export function affectedText({ since, reasons }: Affected, of: number): string {
  if (reasons.size === 0) return `nothing is affected since ${printableLine(since)}\n`;
  const lines = [...reasons].map(([id, why]) => `  ${id}  ${printableLine(cutEnd(why.join(", "), mostOfReasons))}\n`);
  return `affected since ${printableLine(since)}: ${reasons.size} of ${of} ${of === 1 ? "scenario" : "scenarios"}\n${lines.join("")}`;
}

const mostOfReasons = 200;
