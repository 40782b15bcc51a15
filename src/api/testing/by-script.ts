import { defaultDialect } from "../../resources/dialects.ts";
import { desiredWithKnowledge } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { runScenarios } from "../../scenarios/execution/pool.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { Context } from "../context.ts";
import { expandAll, scriptsOf } from "../expansion.ts";
import { openTarget } from "../open-target.ts";
import { createFingerprints } from "./fingerprints.ts";
import { tryingOf } from "./repeats.ts";
import { openSession } from "./session.ts";

/** A name that no target has; nothing about it is stored. */
const apart = "playbill by script";

/**
 * Runs the scenarios of these files, by path from the root, once at a separate embedded server that answers from their scripts: the target is not contacted, and
 * nothing is stored.
 */
export async function runByScript(
  context: Context,
  project: Project,
  { models, vars }: ResolvedTarget,
  files: ReadonlySet<string>,
): Promise<ScenarioResult[]> {
  const config: ResolvedTarget = {
    name: apart,
    api: defaultDialect,
    server: "embedded",
    model: "script",
    ...(models !== undefined && { models }),
    ...(vars !== undefined && { vars }),
  };
  const toRun = expandAll(project, config, (_, file) => files.has(file)).filter(({ file }) => files.has(file));
  const desired = desiredWithKnowledge(project, config, new Set(toRun.map(({ assistant }) => assistant)));
  const open = await openTarget(context, project, config, {
    scripts: scriptsOf(project, config, toRun),
    willWrite: false,
  });
  try {
    const fingerprintOf = createFingerprints(project, { desired, lock: null }, context.secrets).of;
    const progress = { tell: () => {}, end: () => {} };
    const needs = { config, desired, lock: null, isDeployed: false, toRun, jobs: 4, progress };
    const session = await openSession(context, project, open, needs);
    const deps = { ...session.deps, fingerprintOf };
    const { signal, now } = context;
    const today = new Date(now()).toISOString().slice(0, 10);
    const options = { jobs: 4, bail: null, trying: tryingOf({ retries: 0 }), signal, today };
    return await Array.fromAsync(runScenarios(toRun, deps, options)).finally(session.close);
  } finally {
    await open.close();
  }
}
