import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadSound } from "../../api/load.ts";
import { type Planning, andScenarios, neededFor, openPlanning, whatIsSound } from "../../api/planning.ts";
import { whileBusy } from "../../api/apply.ts";
import { readTestStates, untestedProblems, withProofs } from "../../api/testing/test-states.ts";
import { type Problem, ProblemError, fail, problem } from "../../problem.ts";
import { desiredResources, sensitiveValues } from "../../project/desired.ts";
import { findProjectRoot } from "../../project/files.ts";
import { resolveWithoutConnection } from "../../project/resolve-target.ts";
import { learnSensitive } from "../../project/vars.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { kindNamed } from "../../resources/resource.ts";
import { guard } from "../../sync/guard.ts";
import { emptyLock } from "../../sync/lock/lock.ts";
import { readLock } from "../../sync/lock/lock-file.ts";
import { ownAddress } from "../../sync/marker.ts";
import { isSelected } from "../../sync/plan/select.ts";
import { rolledBack } from "../../sync/restore.ts";
import { markerOf } from "../../targets/objects/wire-format.ts";
import { type FilesAt, withFilesAt } from "../git-tree.ts";
import { inShell } from "../../kit/shell.ts";
import { warn } from "../warn.ts";
import type { World } from "../world.ts";
import { type CarryOutOptions, carryOut, confirmedByYes } from "./carry-out.ts";
import { type GateOptions, asksForTests } from "./gate.ts";
import { restore } from "./restore.ts";
import { type SnapshotFile, listSnapshots } from "./snapshot-files.ts";
import type { PlanningOptions } from "./sync-options.ts";
import { parseTake } from "./take.ts";

interface Options
  extends
    Omit<PlanningOptions, "prune" | "allowDeletes" | "merge">,
    CarryOutOptions,
    Pick<GateOptions, "requireTested" | "allowUntested"> {
  to?: string;
  forceUnlock?: true;
}

/**
 * `playbill rollback`: goes back to what an earlier commit declares. If Git lacks that commit or its files, the object is restored from a
 * snapshot.
 */
export async function rollback(world: World, addresses: string[], options: Options): Promise<number> {
  asksForTests(options);
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const planning = await openPlanning(world, options.target, {
    willWrite: true,
    need: whatIsSound,
    concurrency: options.concurrency,
    withScenarios: "sound",
  });
  try {
    const snapshots = listSnapshots(root).filter((each) => isAbout(each, planning, addresses));
    const { to, snapshot } = destination(snapshots, planning.open.name, options.to);
    const files =
      to === null
        ? null
        : await withFilesAt(root, to, async (found) =>
            whileBusy(planning, options, () => backTo(world, planning, { addresses, to, files: found }, options)),
          ).catch((error: unknown) => {
            if (snapshot === null || !isUnknownCommit(error)) throw error;
            return null;
          });
    if (files !== null || snapshot === null) return files ?? 0;
    const { requireTested: _required, allowUntested: _allowed, to: _to, ...rest } = options;
    world.stderr.write(
      `Git does not have the synced state of that time; using the snapshot ${snapshot.name} instead.\n`,
    );
    return await restore(world, snapshot.name, { ...rest, target: planning.open.name });
  } finally {
    await planning.open.close();
  }
}

interface Destination {
  /** A commit; `null` when only a snapshot has the earlier state. */
  to: string | null;
  snapshot: SnapshotFile | null;
}

/** The state to go back to: the named commit, otherwise the commit in effect before the last sync. */
function destination(snapshots: readonly SnapshotFile[], target: string, named: string | undefined): Destination {
  if (named !== undefined) {
    return { to: named, snapshot: snapshots.find((each) => revOf(each).startsWith(named)) ?? null };
  }
  const [snapshot] = snapshots;
  if (snapshot === undefined) {
    return fail("missing_file", `no snapshot shows which commit ${target} had before`, {
      hint: "Name the commit: playbill rollback --to COMMIT",
    });
  }
  const rev = revOf(snapshot);
  // A sync with local changes is in no commit.
  return { to: rev === "" || rev.endsWith("-dirty") ? null : rev, snapshot };
}

async function backTo(
  world: World,
  planning: Planning,
  { addresses, to, files: { folder, name } }: { addresses: readonly string[]; to: string; files: FilesAt },
  options: Options,
): Promise<number> {
  const { project, scope, open, lockFile } = planning;
  if (!existsSync(join(folder, "playbill.yaml"))) {
    fail("no_project", `${name} has no playbill.yaml`, { hint: "Use --to with a later commit." });
  }
  const need = andScenarios(neededFor(addresses), options.requireTested === true ? "all" : "sound");
  const there = await loadSound({ ...world, cwd: folder }, need);
  const config = resolveWithoutConnection(there, open.name, world.env);
  const declared = desiredResources(there, config, (address) => isSelected(address, addresses));
  learnSensitive(sensitiveValues(declared), world.secrets);
  const lock = (await readLock(project.root, lockFile)) ?? emptyLock(scope);
  const now = new Map(planning.desired.map((each) => [each.address, each]));
  const wanted = declared.map((each) =>
    rolledBack(kindNamed(resourceKinds, each.kind), each, now.get(each.address) ?? null, lock),
  );
  // Objects declared only by the current files stay unchanged.
  const others = planning.desired.filter(({ address }) => !wanted.some((each) => each.address === address));
  const selectors = addresses.length > 0 ? addresses : wanted.map(({ address }) => address);
  if (selectors.length === 0)
    fail("unknown_address", `${name} declares nothing`, { hint: "Use --to with another commit." });
  const planned = await planning.plan(
    { mode: { kind: "rollback", to: inShell(to) }, prune: false, selectors, take: parseTake(options.take) },
    [...wanted, ...others],
  );
  const then = { project: there, config, open, desired: declared };
  // Objects declared only by the current files may share stores with the rest: the current scenarios test them.
  const today = { ...planning, desired: [...wanted, ...others] };
  const isStrict = options.requireTested === true;
  const tests = new Map([
    ...(await readTestStates({ ...world, tell: () => {} }, today, planned, { isStrict })),
    ...(await readTestStates(world, then, planned, { root: project.root, isStrict })),
  ]);
  const { requireTested, allowUntested: reason } = options;
  const refusals = [
    ...guard(planned.plan, {
      allowDeletes: null,
      allowMissing: options.allowMissing ?? null,
      isWhole: open.target.registry.isWhole,
    }),
    ...(requireTested === true ? untestedProblems(planned.plan, tests, reason) : []),
  ];
  const desired = withProofs([...wanted, ...others], { states: tests, reason });
  const work = { at: planning, ...planned, desired, files: there, tests, refusals, confirm: confirmedByYes };
  const exitCode = await carryOut(world, work, options);
  if (exitCode === 0) warn(world, [nextStep(name, to)]);
  return exitCode;
}

function revOf({ object }: SnapshotFile): string {
  return object === null ? "" : (markerOf(object)?.rev ?? "");
}

/** True for a snapshot of a selected object of this project at this target that records the sync that had written it. */
function isAbout({ object, target }: SnapshotFile, { scope, open }: Planning, addresses: readonly string[]): boolean {
  if (object === null || target !== open.name) return false;
  const address = ownAddress(scope, markerOf(object)?.owner);
  return address !== null && isSelected(address, addresses);
}

function isUnknownCommit(error: unknown): boolean {
  return (
    error instanceof ProblemError && error.problems.some(({ code }) => code === "unknown_commit" || code === "no_git")
  );
}

/** A warning that the target now differs from the files: the next plan shows that as an edit. */
function nextStep(name: string, to: string): Problem {
  return problem("restored_unlike_files", `the target matches ${name}, but the files do not`, {
    hint: `To keep this state, change the files to match: git revert, or git checkout ${to} -- FILES`,
  });
}
