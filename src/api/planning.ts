import type { Project } from "../project/project.ts";
import type { Need } from "../project/needs.ts";
import { type ResolvedTarget, resolveTarget } from "../project/resolve-target.ts";
import { desiredResources, sensitiveValues } from "../project/desired.ts";
import { learnSensitive } from "../project/vars.ts";
import { findProjectRoot } from "../project/files.ts";
import { resourceKinds } from "../resources/kinds.ts";
import { covers, fieldsOf } from "../resources/fields.ts";
import { type Desired, kindNamed } from "../resources/resource.ts";
import { readJournal } from "../sync/lock/journal-file.ts";
import type { Lock } from "../sync/lock/lock.ts";
import { lockPath, readLock } from "../sync/lock/lock-file.ts";
import type { Scope } from "../sync/marker.ts";
import type { PlanOptions } from "../sync/plan/plan.ts";
import { isSelected } from "../sync/plan/select.ts";
import { makePlan } from "../sync/plan/make-plan.ts";
import type { Registry } from "../targets/target.ts";
import { readCheckout, readHistory } from "./git.ts";
import { loadSound } from "./load.ts";
import { type OpenTarget, openTarget } from "./open-target.ts";
import type { Context } from "./context.ts";

/** A project and one of its targets, opened. */
export interface ProjectAtTarget {
  project: Project;
  open: OpenTarget;
  scope: Scope;
  lockFile: string;
}

/** The same, with what planning needs. */
export interface Planning extends ProjectAtTarget {
  desired: Desired[];
  /** The target in playbill.yaml. */
  config: ResolvedTarget;
  /** Plans from the current state: reads the lock and the target at each call. The desired state may be given. */
  plan(options: Omit<PlanOptions, "git">, desired?: Desired[]): ReturnType<typeof makePlan>;
}

/** Loads the needed part of the project and opens its target. `willWrite: false` writes nothing to disk. */
export async function openAtTarget(
  context: Context,
  target: string | undefined,
  { willWrite, need }: { willWrite: boolean; need: Need },
): Promise<ProjectAtTarget> {
  const project = await loadSound(context, need);
  return openResolved(context, project, resolveTarget(project, target, context.env), { willWrite });
}

/** Only valid files: broken files do not block commands that only list declarations. */
export const whatIsSound: Need = { files: "resources", isSelected: () => false, settings: "sound" };

/** What a plan is made for: to make the target like the files. */
export const syncing = { mode: { kind: "sync" } } as const;

/** Plan options for deleting everything. */
export function destroying(take: PlanOptions["take"]): Omit<PlanOptions, "git"> {
  return { mode: { kind: "destroy" }, prune: true, selectors: [], take };
}

/** What a plan of these addresses needs; none: all. */
export function neededFor(selectors: readonly string[]): Need {
  return {
    files: "resources",
    ...(selectors.length > 0 && { isSelected: (address) => isSelected(address, selectors) }),
  };
}

/** The same needs plus scenarios: `all` must be valid, or only the `sound` ones are read. */
export function andScenarios({ isSelected: isAsked = () => true, ...need }: Need, which: "all" | "sound"): Need {
  const isSelected: Need["isSelected"] = (address, file) =>
    address.startsWith("scenario.") ? which === "all" : isAsked(address, file);
  return { ...need, files: "all", isSelected };
}

/** Unwritten changes to include in a plan. */
export interface Unwritten {
  /** Texts of files, by path from the root. */
  texts: Map<string, string>;
  /** Entries of the lock. */
  entries: Lock["resources"];
}

interface PlanningNeeds {
  willWrite: boolean;
  need: Need;
  concurrency?: number | undefined;
  unwritten?: Unwritten;
  /** Reads scenarios too: only the `sound` ones, or `all`, which must be valid. */
  withScenarios?: "all" | "sound" | false;
}

/** Loads what is needed and opens the target, like `openAtTarget`. */
export async function openPlanning(
  context: Context,
  target: string | undefined,
  needs: PlanningNeeds,
): Promise<Planning> {
  // Run Git while the files are read.
  const checkout = readCheckout(findProjectRoot(context.cwd) ?? context.cwd);
  const { need, withScenarios = false, unwritten } = needs;
  const project = await loadSound(
    context,
    withScenarios === false ? need : andScenarios(need, withScenarios),
    unwritten?.texts,
  );
  return openPlanningOf(context, project, target, needs, checkout);
}

/** The same for a loaded project; `checkout` is the Git state of its files. */
export async function openPlanningOf(
  context: Context,
  project: Project,
  target: string | undefined,
  { willWrite, need, concurrency, unwritten }: PlanningNeeds,
  read = readCheckout(project.root),
): Promise<Planning> {
  let checkout: ReturnType<typeof readCheckout> | null = read;
  const resolved = resolveTarget(project, target, context.env);
  const { isSelected: isAsked = () => true } = need;
  const declared = desiredResources(project, resolved, (address) => isAsked(address, ""));
  learnSensitive(sensitiveValues(declared), context.secrets);
  const at = await openResolved(context, project, resolved, { willWrite, concurrency });
  const { open, scope, lockFile } = at;
  const { registry } = open.target;
  const desired = wholeAt(registry, declared);
  return {
    ...at,
    config: resolved,
    desired,
    plan: async (options, wanted = desired) => {
      const git = checkout ?? readCheckout(project.root);
      checkout = null;
      const journal = await readJournal(project.root, scope.target);
      return makePlan({
        ...options,
        scope,
        desired: wholeAt(registry, wanted),
        moved: project.moved,
        removed: project.removed,
        registry,
        lock: withEntries(await readLock(project.root, lockFile), unwritten?.entries ?? {}),
        git,
        kinds: resourceKinds,
        journal,
        readHistory: async (markers) => readHistory(project.root, await git, markers, journal),
      });
    },
  };
}

/** For kinds that only Playbill writes at the target, the files decide all fields, except ignored ones. */
export function wholeAt(registry: Registry, desired: Desired[]): Desired[] {
  return desired.map((each) => {
    const kind = kindNamed(resourceKinds, each.kind);
    if (registry.isWhole?.(kind) !== true) return each;
    const all = fieldsOf(kind, each.spec).filter((field) => !each.ignore.some((pattern) => covers(pattern, field)));
    return { ...each, declared: all };
  });
}

function withEntries(lock: Lock | null, entries: Lock["resources"]): Lock | null {
  return lock === null || Object.keys(entries).length === 0
    ? lock
    : { ...lock, resources: { ...lock.resources, ...entries } };
}

async function openResolved(
  context: Context,
  project: Project,
  resolved: ResolvedTarget,
  { willWrite, concurrency }: { willWrite: boolean; concurrency?: number | undefined },
): Promise<ProjectAtTarget> {
  const limit = concurrency === undefined ? {} : { concurrency };
  const open = await openTarget(context, project, resolved, { scripts: [], willWrite, ...limit });
  const lockFile = lockPath(resolved.name, open.isEmbedded);
  const scope = { project: project.name, target: resolved.name, origin: open.target.origin };
  return { project, open, scope, lockFile };
}
