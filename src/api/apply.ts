import { randomUUID } from "node:crypto";
import { contentsOf } from "../project/contents.ts";
import type { Project } from "../project/project.ts";
import { fieldValue } from "../resources/fields.ts";
import { resourceKinds } from "../resources/kinds.ts";
import { type Desired, kindNamed } from "../resources/resource.ts";
import { type AppliedText, isMergeable, keepAppliedTexts } from "../sync/apply/applied-text-file.ts";
import { type Applied, type Progress, apply } from "../sync/apply/apply.ts";
import { saveSnapshot } from "../sync/apply/snapshot-file.ts";
import { acquireAdvisoryLock } from "../sync/lock/busy-file.ts";
import { readJournal, writeJournal } from "../sync/lock/journal-file.ts";
import { type Lock, hashesOf } from "../sync/lock/lock.ts";
import { createLockWriter, settleLock } from "../sync/lock/lock-file.ts";
import type { Plan } from "../sync/plan/plan-format.ts";
import type { Context } from "./context.ts";
import { ensureStateFolder } from "./folders.ts";
import type { ProjectAtTarget } from "./planning.ts";
import { snapshotPlace } from "./snapshots.ts";

/** A plan to apply, with everything that needs. */
export interface PlannedWork {
  at: ProjectAtTarget;
  desired: readonly Desired[];
  plan: Plan;
  /** The lock that the plan was made with. */
  lock: Lock;
  /** The resources in the lock on disk, if the plan found more. */
  saved?: Lock["resources"];
  /** The project whose files declare the desired state; default: the project itself. */
  files?: Project;
}

/** Works on a target while no other process of this working copy does, then closes it. */
export async function whileBusy<T>(
  { project, open, lockFile }: ProjectAtTarget,
  { forceUnlock = false }: { forceUnlock?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    await ensureStateFolder(project.root);
    const busy = await acquireAdvisoryLock(project.root, open.name, forceUnlock);
    try {
      await settleLock(project.root, lockFile);
      return await work();
    } finally {
      await busy[Symbol.asyncDispose]();
    }
  } finally {
    await open.close();
  }
}

/** Applies an unblocked plan, and records each change immediately. */
export async function applyPlan(
  context: Context,
  { at, desired, plan, lock, saved, files = at.project }: PlannedWork,
  { onProgress, concurrency }: { onProgress: (progress: Progress) => void; concurrency?: number },
): Promise<Applied> {
  const { root } = at.project;
  const addresses = new Map(Object.entries(lock.resources).map(([address, { id }]) => [id, address]));
  const applied = await apply({
    plan,
    kinds: resourceKinds,
    desired,
    registry: at.open.target.registry,
    lock,
    ...(saved && { saved }),
    contentOf: contentsOf(files, desired),
    ...(concurrency !== undefined && { concurrency }),
    lockFile: createLockWriter(root, at.lockFile),
    journal: await readJournal(root, at.open.name),
    saveJournal: (intents) => writeJournal(root, at.open.name, intents),
    saveSnapshot: (live, sensitive) => saveSnapshot(snapshotPlace(context, at), live, sensitive, addresses),
    newLineage: randomUUID,
    onProgress,
    signal: context.signal,
  });
  await keepAppliedTexts(root, at.scope.target, appliedTexts(context, desired, plan), hashesOf(applied.lock));
  return applied;
}

/** The texts of the files that are now at the target, without those that must not be stored in plain text. */
export function appliedTexts(
  { secrets }: Pick<Context, "secrets">,
  desired: readonly Desired[],
  { resources }: Plan,
): AppliedText[] {
  const actions = new Map(resources.map(({ address, action }) => [address, action]));
  return desired.flatMap((each) => {
    const kind = kindNamed(resourceKinds, each.kind);
    const action = actions.get(each.address);
    if (action === undefined || action === "drifted" || action === "refused") return [];
    return each.declared.flatMap((field): AppliedText[] => {
      const text = isMergeable(kind, field) ? fieldValue(kind, each.spec, field) : null;
      const isPlain =
        typeof text === "string" && each.sensitive?.[field] === undefined && secrets.redact(text) === text;
      return isPlain ? [{ kind, field, text }] : [];
    });
  });
}
