import { randomUUID } from "node:crypto";
import { type Problem, ProblemError, exitCodeOf, fail } from "../../problem.ts";
import { type ResolvedTarget, resolveTarget } from "../../project/resolve-target.ts";
import type { ImportDraft, Importable } from "../../project/write/import-draft.ts";
import { contentsOf } from "../../project/contents.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { fileKind } from "../../resources/file/kind.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import type { Desired } from "../../resources/resource.ts";
import { type Applied, apply } from "../../sync/apply/apply.ts";
import { saveSnapshot } from "../../sync/apply/snapshot-file.ts";
import { guard } from "../../sync/guard.ts";
import { acquireAdvisoryLock } from "../../sync/lock/busy-file.ts";
import { readJournal, writeJournal } from "../../sync/lock/journal-file.ts";
import { type Lock, checkLock, emptyLock } from "../../sync/lock/lock.ts";
import { createLockWriter, readLock } from "../../sync/lock/lock-file.ts";
import { makePlan } from "../../sync/plan/make-plan.ts";
import { type PlannedResource, changesOf } from "../../sync/plan/plan-format.ts";
import { renderProgress } from "../../sync/render/applied.ts";
import { ensureStateFolder } from "../../api/folders.ts";
import { readCheckout, readHistory } from "../../api/git.ts";
import { writeDrafts } from "./files.ts";
import { downloadContents, noContents } from "./contents.ts";
import { draftFor } from "./draft.ts";
import { type Found, type Wanted, importable, readWanted } from "./importable.ts";
import { importReport } from "./report.ts";
import { wantsColor } from "../output.ts";
import { type ProjectAtTarget, openAtTarget, wholeAt } from "../../api/planning.ts";
import { snapshotPlace } from "../../api/snapshots.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";

interface Options {
  target?: string;
  all?: true;
  from?: string;
  dryRun?: true;
  json?: true;
}

const answerIsNo = 1;

/** `playbill import`: writes YAML for existing objects and starts managing them. */
export async function importObjects(
  world: World,
  address: string | undefined,
  id: string | undefined,
  options: Options,
): Promise<number> {
  if (options.from !== undefined && address === undefined && options.all !== true) {
    const { importExport } = await import("./export.ts");
    return importExport(world, options.from, options);
  }
  if (options.all === true && address === undefined && options.from === undefined)
    return importLive(world, null, options);
  if (address !== undefined && id !== undefined && options.all !== true && options.from === undefined)
    return importLive(world, { address, id }, options);
  return fail("bad_flag", "import needs an address and an id, --all, or --from", {
    hint: "For example: playbill import assistant.support asst_abc123",
  });
}

async function importLive(world: World, wanted: Wanted | null, options: Options): Promise<number> {
  const willWrite = options.dryRun !== true;
  const at = await openAtTarget(world, options.target, {
    willWrite,
    need: { files: "resources", isSelected: () => false },
  });
  try {
    if (!willWrite) return await takeOver(world, at, wanted, options);
    await ensureStateFolder(at.project.root);
    const busy = await acquireAdvisoryLock(at.project.root, at.open.name, false);
    try {
      return await takeOver(world, at, wanted, options);
    } finally {
      await busy[Symbol.asyncDispose]();
    }
  } finally {
    await at.open.close();
  }
}

/** Prepares everything, writes the files, and marks the objects: if killed in between, the same command continues where it stopped. */
async function takeOver(world: World, at: ProjectAtTarget, wanted: Wanted | null, options: Options): Promise<number> {
  const { project, scope, lockFile } = at;
  const lock = (await readLock(project.root, lockFile)) ?? emptyLock(scope);
  const problems = checkLock(lock, scope, resourceKinds);
  if (problems.length > 0) throw new ProblemError(problems);
  const resolved = resolveTarget(project, options.target, world.env);
  const read = await readWanted(at, lock, wanted);
  const contents = options.dryRun === true ? noContents(read) : await downloadContents(at, read);
  const own = { ...lock, resources: { ...lock.resources, ...contents.entries } };
  const ready = await prepare(world, at, resolved, own, contents.found, wanted).catch(async (error: unknown) => {
    await contents.discard();
    throw error;
  });
  const { drafts, warnings, refused } = ready;
  const report = (applied: Applied | null, written: readonly string[]) =>
    importReport(world, {
      drafts,
      written,
      target: scope.target,
      applied,
      isDry: options.dryRun === true,
      json: options.json === true,
    });
  warn(world, [...warnings, ...refused]);
  if (options.dryRun === true || ready.planned === null) {
    report(null, []);
    return exitCodeOf(refused);
  }
  const written = [...contents.written, ...(await writeDrafts(project.root, drafts))];
  const { root } = project;
  const applied = await apply({
    plan: ready.planned.plan,
    kinds: resourceKinds,
    desired: ready.desired,
    registry: at.open.target.registry,
    lock: ready.planned.lock,
    saved: ready.planned.saved,
    contentOf: contentsOf(project, ready.desired),
    lockFile: createLockWriter(root, lockFile),
    journal: await readJournal(root, scope.target),
    saveJournal: (intents) => writeJournal(root, scope.target, intents),
    saveSnapshot: (live, sensitive) => saveSnapshot(snapshotPlace(world, at), live, sensitive),
    newLineage: randomUUID,
    onProgress: (progress) => world.stderr.write(renderProgress(progress, wantsColor(world.stderr, world.env))),
    signal: world.signal,
  });
  warn(world, applied.problems);
  report(applied, written);
  if (world.signal.aborted) throw world.signal.reason;
  return applied.failed.length > 0 ? answerIsNo : exitCodeOf([...refused, ...applied.problems]);
}

/** True if only the metadata of a vector store and of its files would be marked, and no file added or removed. */
function isOnlyMarked(resource: PlannedResource): boolean {
  return changesOf(resource).every(({ field }) => resource.kind === vectorStoreKind.name && field === "files");
}

interface Ready {
  drafts: ImportDraft[];
  desired: Desired[];
  warnings: Problem[];
  refused: Problem[];
  /** `null` when there is nothing to import. */
  planned: Awaited<ReturnType<typeof makePlan>> | null;
}

/** Drafts the files and plans the import with them: it must change only the marker. With several objects, those that cannot carry a marker are left out. */
async function prepare(
  world: World,
  at: ProjectAtTarget,
  target: ResolvedTarget,
  lock: Lock,
  found: Found,
  wanted: Wanted | null,
): Promise<Ready> {
  const { project, scope } = at;
  if (found.live.length === 0) return { drafts: [], desired: [], warnings: found.warnings, refused: [], planned: null };
  const objects = found.live.map((live): Importable => ({
    ...importable(live, world.secrets),
    address: wanted?.address ?? null,
  }));
  const {
    drafts,
    desired: read,
    warnings,
  } = await draftFor(world, at, target, objects, {
    locked: new Map(Object.entries(lock.resources).map(([address, { id }]) => [address, id])),
    naming: { labelOf: (id) => found.labels.get(id) ?? null, namesIds: true },
  });
  const idOf = new Map(drafts.map(({ address, object }) => [address, object.id]));
  const adopting = read.map((each) => Object.assign(each, { adopt: idOf.get(each.address) ?? null }));
  const desired = wholeAt(at.open.target.registry, adopting);
  const journal = await readJournal(project.root, scope.target);
  const git = await readCheckout(project.root);
  const planned = await makePlan({
    scope,
    desired,
    moved: [],
    removed: [],
    registry: at.open.target.registry,
    lock: lock.serial === 0 && Object.keys(lock.resources).length === 0 ? null : lock,
    git,
    kinds: resourceKinds,
    journal,
    readHistory: (markers) => readHistory(project.root, git, markers, journal),
    prune: false,
    selectors: [...idOf.keys(), ...found.files],
    mode: { kind: "sync" },
    take: {},
  });
  // Referenced objects are planned too, but not changed.
  const own = new Set([...idOf.keys(), ...found.files]);
  const plan = { ...planned.plan, resources: planned.plan.resources.filter(({ address }) => own.has(address)) };
  const refused = guard(plan, { allowDeletes: null });
  const without = new Set(plan.resources.filter(({ action }) => action === "refused").map(({ address }) => address));
  if (refused.length > 0 && (wanted !== null || without.size === 0)) throw new ProblemError(refused);
  if (without.size > 0) {
    const gone = new Set([...without].map((address) => idOf.get(address)));
    const rest = await prepare(
      world,
      at,
      target,
      lock,
      { ...found, live: found.live.filter(({ id }) => !gone.has(id)) },
      wanted,
    );
    return { ...rest, refused: [...refused, ...rest.refused] };
  }
  const changed = plan.resources.find((each) =>
    each.kind === fileKind.name ? each.action !== "unchanged" : each.action !== "adopt" || !isOnlyMarked(each),
  );
  if (changed !== undefined) {
    return fail("changed_since_plan", `${changed.address}: the object was edited during the import`, {
      hint: "Nothing was written. Run the command again.",
    });
  }
  return { drafts, desired, warnings: [...found.warnings, ...warnings], refused, planned: { ...planned, plan } };
}
