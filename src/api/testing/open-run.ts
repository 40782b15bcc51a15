import { desiredWithKnowledge, sensitiveValues } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { learnSensitive } from "../../project/vars.ts";
import type { Desired } from "../../resources/resource.ts";
import type { RunDeps } from "../../scenarios/execution/attempt.ts";
import { type RunOptions, runScenarios } from "../../scenarios/execution/pool.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import { joinSecrets } from "../../scenarios/results/streamed-secrets.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { Lock } from "../../sync/lock/lock.ts";
import { lockPath, readLock } from "../../sync/lock/lock-file.ts";
import type { Context } from "../context.ts";
import { redacted } from "../redacted.ts";
import { scriptsOf } from "../expansion.ts";
import { type OpenTarget, openTarget } from "../open-target.ts";
import { checkModels } from "./asking.ts";
import { withModel } from "./assistants-under-test.ts";
import { type Fingerprints, createFingerprints } from "./fingerprints.ts";
import { type SessionNeeds, openSession } from "./session.ts";

/** The assistants under test. */
export interface Tested {
  /** The declared assistants with everything they refer to; empty when synced assistants are tested. */
  desired: readonly Desired[];
  /** The synced state; `null` when the files are tested. */
  lock: Lock | null;
  fingerprints: Fingerprints;
}

/** The assistants tested by these scenarios: temporary copies made from the files, optionally with another model, or the synced ones. */
export async function whatIsTested(
  { secrets }: Pick<Context, "secrets">,
  project: Project,
  config: ResolvedTarget,
  scenarios: readonly Scenario[],
  { deployed = false, model }: { deployed?: boolean | undefined; model?: string | undefined },
): Promise<Tested> {
  const names = scenarios.map(({ assistant }) => assistant);
  const declared = deployed ? [] : desiredWithKnowledge(project, config, names);
  const desired = model === undefined ? declared : withModel(declared, model);
  learnSensitive(sensitiveValues(desired), secrets);
  const lock = deployed ? await readLock(project.root, lockPath(config.name, config.server === "embedded")) : null;
  return { desired, lock, fingerprints: createFingerprints(project, { desired, lock }, secrets) };
}

/** What opening a run needs. */
export interface RunNeeds extends Pick<SessionNeeds, "config" | "toRun" | "isDeployed" | "jobs" | "progress" | "seed"> {
  /** All scenarios, also those that are not run: each is a script of the embedded model. */
  all: readonly Scenario[];
  tested: Tested;
  budget?: RunDeps["budget"];
}

/** An open target with everything for running scenarios; closing it deletes the objects it created. */
export interface OpenRun {
  target: OpenTarget;
  deps: RunDeps;
  close(this: void): Promise<void>;
}

/** Opens the target and creates what the scenarios need there. Throws a ProblemError before sending anything when a model is unusable. */
export async function openRun(
  context: Context,
  project: Project,
  { config, all, toRun, tested, isDeployed, jobs, progress, seed, budget }: RunNeeds,
): Promise<OpenRun> {
  checkModels(context, project, config, toRun);
  const scripts = scriptsOf(project, config, all);
  const { desired, lock, fingerprints } = tested;
  // Copies of assistants need no existing objects, except those referenced by id; synced knowledge may be reused.
  const isThrowAway =
    !isDeployed && desired.every(({ kind, named = [] }) => kind === "assistant" && named.length === 0);
  const open = await openTarget(context, project, config, { scripts, willWrite: true, isThrowAway });
  try {
    const needs = { config, desired, lock, isDeployed, toRun, jobs, progress, seed };
    const session = await openSession(context, project, open, needs);
    return {
      target: open,
      deps: { ...session.deps, ...(budget && { budget }), fingerprintOf: fingerprints.of },
      close: () => session.close().finally(() => open.close()),
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** Runs scenarios in parallel and yields their results as they arrive, without secrets. */
export async function* resultsOf(
  { secrets, signal }: Pick<Context, "secrets" | "signal">,
  scenarios: readonly Scenario[],
  deps: RunDeps,
  options: Omit<RunOptions, "signal">,
): AsyncGenerator<ScenarioResult, void> {
  const isSecret = (text: string) => secrets.redact(text) !== text;
  for await (const result of runScenarios(scenarios, deps, { ...options, signal })) {
    // Redact before anything is cut or shown: the rest of a cut secret would not be recognized.
    yield redacted(joinSecrets(result, isSecret), secrets);
  }
}
