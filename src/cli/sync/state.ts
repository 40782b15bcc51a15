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
import { readLock, writeLock } from "../../sync/lock/lock-file.ts";
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

/** `playbill state list`: what the lock says this project owns. Contacts nothing. */
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

/** `playbill state show ADDRESS`: the lock's entry, and the object as it is at the target now. */
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

/** A live object with hashes in place of what fields held that are sensitive. */
function withoutFields(live: Live, fields: readonly Field[]): object {
  const hidden = (part: object) => hideTexts(part, fields, sensitiveShown) as object;
  return { ...live, spec: hidden(live.spec), wire: hidden(live.wire) };
}

/** `playbill state mv FROM TO`: another address for the same object. Its marker says so from then on. */
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

/** `playbill state rm ADDRESS`: forgets an object and leaves it at the target. */
export function rm(world: World, address: string, options: Options): Promise<number> {
  return edit(world, options, (lock, place) => {
    const resources = forgetEntry(lock, address);
    warn(world, stillDeclared(place, address, entryAt(lock, address).id));
    return resources;
  });
}

/** `playbill state unprotect ADDRESS`: lets an object be deleted whose file no longer protects it. Its marker says so from then on. */
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

/** `playbill state dedupe [ADDRESSES]`: of several objects that carry the marker of one address, keeps one and deletes the others. */
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
      // What the lock knew of one that is gone tells nothing of the one that stays: its marker does.
      if (resources[address] !== undefined && resources[address].id !== keep.id) delete resources[address];
    }
    const history = await historyOf(project.root, scope.target, live);
    const gone = new Set(extra.flatMap(({ remove }) => remove));
    const left = live.filter((each) => !gone.has(each));
    const kept = { ...lock, resources };
    return rebuildEntries(kept, left, desired, { scope, kinds: resourceKinds, history }).resources;
  });
}

/** What is still to be deleted, because another object has taken its place, is not a double of that one. */
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

/** Changes the lock, with the target at hand; closes it. */
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
    const lock = (await readLock(root, place.file)) ?? emptyLock({ project: "", origin: "" });
    await save(world, root, place.file, lock, change(lock, place));
    return 0;
  } finally {
    await busy[Symbol.asyncDispose]();
  }
}

/** A forgotten object comes back for as long as its file is there. */
function stillDeclared({ files, target }: LockPlace, address: string, id: string): Problem[] {
  const file = files.get(address);
  if (file === undefined) return [];
  const message = `${file} is still there: the next plan finds ${id} at ${target} again by its marker`;
  const hint = "Remove the file too. To have the file make another object, first take the marker off this one.";
  return [problem("still_declared", message, { hint })];
}

async function save(world: World, root: string, file: string, lock: Lock, resources: Lock["resources"]): Promise<void> {
  const next = withResources(lock, resources, randomUUID);
  if (next !== lock) await writeLock(root, file, next);
  const count = Object.keys(resources).length;
  const words = next === lock ? "is as it was" : `now has ${count} ${count === 1 ? "address" : "addresses"}`;
  world.stdout.write(`${file} ${words}.\n`);
}
