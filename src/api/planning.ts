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

/** A project, and one of its targets that is open. */
export interface ProjectAtTarget {
  project: Project;
  open: OpenTarget;
  scope: Scope;
  lockFile: string;
}

/** The same, with what a plan between them needs. */
export interface Planning extends ProjectAtTarget {
  desired: Desired[];
  /** The target as playbill.yaml has it. */
  config: ResolvedTarget;
  /** Plans from what is there now: the lock and the target are read again at each call. What is declared may be given. */
  plan(options: Omit<PlanOptions, "git">, desired?: Desired[]): ReturnType<typeof makePlan>;
}

/** Loads as much of the project as is needed, and opens its target. `willWrite: false` leaves no trace on disk either. */
export async function openAtTarget(
  context: Context,
  target: string | undefined,
  { willWrite, need }: { willWrite: boolean; need: Need },
): Promise<ProjectAtTarget> {
  const project = await loadSound(context, need);
  return openResolved(context, project, resolveTarget(project, target, context.env), { willWrite });
}

/** Whatever is sound: files that are broken stand in nobody's way where they are only asked what they declare. */
export const whatIsSound: Need = { files: "resources", isSelected: () => false, settings: "sound" };

/** What a plan is made for: to make the target like the files. */
export const syncing = { mode: { kind: "sync" } } as const;

/** What a plan is made for: to delete everything. */
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

/** The same, and the scenarios: all of them sound, or those that are, and what is wrong with another blocks nothing. */
export function andScenarios({ isSelected: isAsked = () => true, ...need }: Need, which: "all" | "sound"): Need {
  const isSelected: Need["isSelected"] = (address, file) =>
    address.startsWith("scenario.") ? which === "all" : isAsked(address, file);
  return { ...need, files: "all", isSelected };
}

/** What is planned with as if it had been written already. */
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
  /** The scenarios are read too: those that are sound, or all, of which none may be broken. */
  withScenarios?: "all" | "sound" | false;
}

/** Loads what is needed, and opens the target, as `openAtTarget` does. */
export async function openPlanning(
  context: Context,
  target: string | undefined,
  needs: PlanningNeeds,
): Promise<Planning> {
  // Git works while the files are read.
  const checkout = readCheckout(findProjectRoot(context.cwd) ?? context.cwd);
  const { need, withScenarios = false, unwritten } = needs;
  const project = await loadSound(
    context,
    withScenarios === false ? need : andScenarios(need, withScenarios),
    unwritten?.texts,
  );
  return openPlanningOf(context, project, target, needs, checkout);
}

/** The same, of a project that is loaded; `checkout` is where its files stand. */
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

/** What nobody but Playbill writes at the target is decided by the files as a whole, but for the fields that they leave to others. */
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
