import type { Project } from "../project/project.ts";
import { resolveTarget } from "../project/resolve-target.ts";
import { desiredResources } from "../project/desired.ts";
import { resourceKinds } from "../resources/kinds.ts";
import type { Desired } from "../resources/resource.ts";
import { readJournal } from "../sync/lock/journal-file.ts";
import { lockPath, readLock } from "../sync/lock/lock-file.ts";
import type { Scope } from "../sync/marker.ts";
import type { PlanOptions } from "../sync/plan/plan.ts";
import { isSelected } from "../sync/plan/select.ts";
import { makePlan } from "../sync/plan/make-plan.ts";
import { readCheckout, readHistory } from "./git.ts";
import { loadSound } from "./load.ts";
import { type OpenTarget, openTarget } from "./open-target.ts";
import type { World } from "./world.ts";

/** The options that `plan` and `sync` share. */
export interface PlanningOptions {
  target?: string;
  prune?: true;
  take?: string[];
  allowDeletes?: number;
  allowMissing?: number;
  full?: true;
  json?: true;
}

/** A project and a target that is open, with what a plan between them needs. */
export interface Planning {
  project: Project;
  open: OpenTarget;
  scope: Scope;
  desired: Desired[];
  lockFile: string;
  /** Plans from what is there now: the lock and the target are read again at each call. */
  plan(options: Pick<PlanOptions, "prune" | "selectors" | "take">): ReturnType<typeof makePlan>;
}

/**
 * Loads what is needed of the project for these addresses (none: all) and opens its target. `willWrite: false` leaves no trace on disk
 * either.
 */
export async function openPlanning(
  world: World,
  target: string | undefined,
  { willWrite, selectors }: { willWrite: boolean; selectors: readonly string[] },
): Promise<Planning> {
  const isAsked = (address: string) => isSelected(address, selectors);
  const project = await loadSound(world, {
    files: "resources",
    ...(selectors.length > 0 && { isSelected: isAsked }),
  });
  const resolved = resolveTarget(project, target, world.env);
  const desired = desiredResources(project, resolved, isAsked);
  const open = await openTarget(world, project, resolved, { scripts: [], willWrite });
  const lockFile = lockPath(resolved.name, open.isEmbedded);
  const scope = { project: project.name, target: resolved.name, origin: open.target.origin };
  return {
    project,
    open,
    scope,
    desired,
    lockFile,
    plan: async (options) =>
      makePlan({
        ...options,
        scope,
        desired,
        moved: project.moved,
        registry: open.target.registry,
        lock: await readLock(project.root, lockFile),
        git: await readCheckout(project.root),
        kinds: resourceKinds,
        readHistory: async (markers) =>
          readHistory(project.root, markers, await readJournal(project.root, resolved.name)),
      }),
  };
}
