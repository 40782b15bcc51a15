import { randomUUID } from "node:crypto";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { ownerText } from "../../resources/owner.ts";
import { type Live, kindNamed } from "../../resources/resource.ts";
import { sensitiveShown } from "../../kit/secrets.ts";
import type { Field } from "../../resources/fields.ts";
import { hideTexts } from "../../sync/apply/sealed.ts";
import { saveSnapshot } from "../../sync/apply/snapshot-file.ts";
import { sensitiveFields } from "../../sync/lock/entry.ts";
import { snapshotPlace } from "../../api/snapshots.ts";
import { acquireAdvisoryLock } from "../../sync/lock/busy-file.ts";
import { type Lock, checkLock, emptyLock, withResources } from "../../sync/lock/lock.ts";
import { readJournal } from "../../sync/lock/journal-file.ts";
import { readLock, settleLock, writeLock } from "../../sync/lock/lock-file.ts";
import {
  extraObjects,
  entryAt,
  forgetEntry,
  moveEntry,
  rebuildEntries,
  unprotectEntry,
} from "../../sync/lock/state.ts";
import { ownAddress, parseMarked, unprotected } from "../../sync/marker.ts";
import type { History } from "../../sync/plan/evidence.ts";
import { listAll, recoverResources } from "../../sync/plan/make-plan.ts";
import { isSelected } from "../../sync/plan/select.ts";
import { readCheckout, readHistory } from "../../api/git.ts";
import { type LockPlace, findLock } from "./find-lock.ts";
import { type ProjectAtTarget, openAtTarget, openPlanning, whatIsSound } from "../../api/planning.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";

interface Options {
  target?: string;
  json?: true;
}

/** `playbill state list`: lists the objects that this project owns according to the lock. Contacts nothing. */
export async function list(world: World, options: Options): Promise<number> {
  const { root, file, target } = await findLock(world, options.target);
  const lock = await readLock(root, file);
  const entries = Object.entries(lock?.resources ?? {}).map(([address, { id, protect }]) => ({ address, id, protect }));
  if (options.json === true)
    world.stdout.write(`${JSON.stringify({ format_version: 1, target, resources: entries }, null, 2)}\n`);
  else
    for (const { address, id, protect } of entries)
      world.stdout.write(`${address}  ${id}${protect ? "  protected" : ""}\n`);
  return 0;
}

/** `playbill state show ADDRESS`: shows the lock entry, and the current object at the target. */
export async function show(world: World, address: string, { target }: Options): Promise<number> {
  const { project, open, scope, lockFile } = await openAtTarget(world, target, {
    willWrite: false,
    need: { files: "none", settings: "sound" },
  });
  try {
    const lock = (await readLock(project.root, lockFile)) ?? emptyLock(scope);
    const entry = entryAt(lock, address);
    const live = await open.target.registry.get(kindNamed(resourceKinds, entry.kind), entry.id);
    const shown = { format_version: 1, address, entry, live: live && withoutFields(live, entry.sensitive ?? []) };
    world.stdout.write(`${JSON.stringify(world.secrets.redactJson(shown), null, 2)}\n`);
    return 0;
  } finally {
    await open.close();
  }
}

/** A live object with hashes instead of the values of sensitive fields. */
function withoutFields(live: Live, fields: readonly Field[]): object {
  const hidden = (part: object) => hideTexts(part, fields, sensitiveShown) as object;
  return { ...live, spec: hidden(live.spec), wire: hidden(live.wire) };
}

/** `playbill state mv FROM TO`: gives an object another address, and updates its marker. */
export function mv(world: World, from: string, to: string, options: Options): Promise<number> {
  return editAtTarget(
    world,
    openWithoutFiles(world, options),
    async (
      lock,
      {
        scope,
        open: {
          target: { registry },
        },
      },
    ) => {
      const { kind: name, id } = entryAt(lock, from);
      const resources = moveEntry(lock, from, to, scope.target);
      const kind = kindNamed(resourceKinds, name);
      const live = await registry.get(kind, id);
      if (live?.marker != null && ownAddress(scope, live.marker.owner) !== null) {
        await registry.update(kind, live, {}, { ...live.marker, owner: ownerText(scope, to) });
      }
      return resources;
    },
  );
}

/** `playbill state rm ADDRESS`: forgets an object without deleting it at the target. */
export function rm(world: World, address: string, options: Options): Promise<number> {
  return edit(world, options, (lock, place) => {
    const resources = forgetEntry(lock, address);
    warn(world, stillDeclared(place, address, entryAt(lock, address).id));
    return resources;
  });
}

/** `playbill state unprotect ADDRESS`: allows deleting an object whose file no longer protects it, and updates its marker. */
export function unprotect(world: World, address: string, options: Options): Promise<number> {
  return editAtTarget(
    world,
    openWithoutFiles(world, options),
    async (
      lock,
      {
        open: {
          target: { registry },
        },
      },
    ) => {
      const { kind: name, id } = entryAt(lock, address);
      const kind = kindNamed(resourceKinds, name);
      const live = await registry.get(kind, id);
      if (live?.marker != null && parseMarked(live.marker).protect) {
        await registry.update(kind, live, {}, unprotected(live.marker));
      }
      return unprotectEntry(lock, address);
    },
  );
}

/** `playbill state rebuild`: makes the lock agree with the markers at the target. */
export async function rebuild(world: World, options: Options): Promise<number> {
  const planning = openPlanning(world, options.target, { willWrite: true, need: whatIsSound });
  return editAtTarget(world, planning, async (lock, { scope, desired, project, open }) => {
    const { registry } = open.target;
    const live = withoutDeposed(await listAll(registry, resourceKinds), lock);
    const history = await historyOf(project.root, scope.target, live);
    const journal = await readJournal(project.root, scope.target);
    const known = { registry, scope, kinds: resourceKinds, live, journal, asksAll: true };
    const recovered = { ...lock, resources: await recoverResources(lock.resources, known) };
    const rebuilt = rebuildEntries(recovered, live, desired, { scope, kinds: resourceKinds, history });
    warn(world, rebuilt.problems);
    return rebuilt.resources;
  });
}

/** `playbill state dedupe [ADDRESSES]`: keeps one of several objects marked with the same address, and deletes the others. */
export async function dedupe(world: World, addresses: string[], options: Options): Promise<number> {
  const planning = openPlanning(world, options.target, { willWrite: true, need: whatIsSound });
  return editAtTarget(world, planning, async (lock, { scope, desired, project, open }) => {
    const { registry } = open.target;
    const live = withoutDeposed(await listAll(registry, resourceKinds), lock);
    const isWanted = (address: string) => isSelected(address, addresses);
    const { extra, problems } = extraObjects(live, desired, { scope, kinds: resourceKinds }, isWanted);
    if (problems.length > 0) throw new ProblemError(problems);
    const resources = { ...lock.resources };
    for (const { address, keep, remove } of extra) {
      const kind = kindNamed(resourceKinds, keep.kind);
      for (const object of remove) {
        const wanted = desired.find((each) => each.address === address) ?? null;
        const sensitive = [...sensitiveFields(wanted), ...(lock.resources[address]?.sensitive ?? [])];
        await saveSnapshot(snapshotPlace(world, { project, scope }), object, sensitive);
        await registry.delete(kind, object.id);
        world.stdout.write(`${address}: deleted ${object.id}, kept ${keep.id}\n`);
      }
      // The lock entry of a deleted object does not describe the one that stays; its marker does.
      if (resources[address] !== undefined && resources[address].id !== keep.id) delete resources[address];
    }
    const history = await historyOf(project.root, scope.target, live);
    const gone = new Set(extra.flatMap(({ remove }) => remove));
    const left = live.filter((each) => !gone.has(each));
    const kept = { ...lock, resources };
    return rebuildEntries(kept, left, desired, { scope, kinds: resourceKinds, history }).resources;
  });
}

/** The live objects without replaced ones that are still to be deleted: those are not duplicates. */
function withoutDeposed(live: readonly Live[], { resources }: Lock): Live[] {
  const deposed = new Set(Object.values(resources).flatMap((entry) => entry.deposed ?? []));
  return live.filter(({ id }) => !deposed.has(id));
}

async function historyOf(root: string, target: string, live: readonly Live[]): Promise<History> {
  const markers = live.flatMap(({ marker }) => marker ?? []);
  return readHistory(root, await readCheckout(root), markers, await readJournal(root, target));
}

function openWithoutFiles(world: World, { target }: Options): Promise<ProjectAtTarget> {
  return openAtTarget(world, target, { willWrite: true, need: { files: "none", settings: "sound" } });
}

/** Changes the lock with access to the target, and closes the target afterwards. */
async function editAtTarget<At extends ProjectAtTarget>(
  world: World,
  opening: Promise<At>,
  change: (lock: Lock, at: At) => Promise<Lock["resources"]>,
): Promise<number> {
  const at = await opening;
  try {
    const { scope, project, lockFile } = at;
    const busy = await acquireAdvisoryLock(project.root, scope.target, false);
    try {
      await settleLock(project.root, lockFile);
      const lock = (await readLock(project.root, lockFile)) ?? emptyLock(scope);
      const problems = checkLock(lock, scope, resourceKinds);
      if (problems.length > 0) throw new ProblemError(problems);
      await save(world, project.root, lockFile, lock, await change(lock, at));
      return 0;
    } finally {
      await busy[Symbol.asyncDispose]();
    }
  } finally {
    await at.open.close();
  }
}

async function edit(
  world: World,
  options: Options,
  change: (lock: Lock, place: LockPlace) => Lock["resources"],
): Promise<number> {
  const place = await findLock(world, options.target);
  const { root } = place;
  const busy = await acquireAdvisoryLock(root, place.target, false);
  try {
    await settleLock(root, place.file);
    const lock = (await readLock(root, place.file)) ?? emptyLock({ project: "", origin: "" });
    await save(world, root, place.file, lock, change(lock, place));
    return 0;
  } finally {
    await busy[Symbol.asyncDispose]();
  }
}

/** A warning that a forgotten object returns as long as its file exists. */
function stillDeclared({ files, target }: LockPlace, address: string, id: string): Problem[] {
  const file = files.get(address);
  if (file === undefined) return [];
  const message = `${file} still exists: the next plan will find ${id} at ${target} again by its marker`;
  const hint = "Remove the file too. To create a new object from the file, first remove the marker from this object.";
  return [problem("still_declared", message, { hint })];
}

async function save(world: World, root: string, file: string, lock: Lock, resources: Lock["resources"]): Promise<void> {
  const next = withResources(lock, resources, randomUUID);
  if (next !== lock) await writeLock(root, file, next);
  const count = Object.keys(resources).length;
  const words = next === lock ? "is unchanged" : `now has ${count} ${count === 1 ? "address" : "addresses"}`;
  world.stdout.write(`${file} ${words}.\n`);
}
