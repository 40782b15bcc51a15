import { randomUUID } from "node:crypto";
import type { Project } from "../project/project.ts";
import { resolveTarget } from "../project/resolve-target.ts";
import { type Problem, problem } from "../problem.ts";
import { acquireAdvisoryLock } from "../sync/lock/busy-file.ts";
import { type Lock, checkLock, emptyLock, withResources } from "../sync/lock/lock.ts";
import { lockPath, readLock, writeLock } from "../sync/lock/lock-file.ts";
import { entryAt, forgetEntry, moveEntry, rebuildEntries, unprotectEntry } from "../sync/lock/state.ts";
import { loadSound, warn } from "./load.ts";
import { openPlanning } from "./planning.ts";
import type { World } from "./world.ts";

interface Options {
  target?: string;
  json?: true;
}

/** `playbill state list`: what the lock says this project owns. Contacts nothing. */
export async function list(world: World, options: Options): Promise<number> {
  const { project, file, target } = await findLock(world, options);
  const lock = await readLock(project.root, file);
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
  const planning = await openPlanning(world, target, false);
  try {
    const lock = (await readLock(planning.project.root, planning.lockFile)) ?? emptyLock(planning.scope);
    const entry = entryAt(lock, address);
    const live = await planning.open.target.registry.getAssistant(entry.id);
    world.stdout.write(`${JSON.stringify({ format_version: 1, address, entry, live }, null, 2)}\n`);
    return 0;
  } finally {
    await planning.open.close();
  }
}

/** `playbill state mv FROM TO`: another address for the same object. */
export function mv(world: World, from: string, to: string, options: Options): Promise<number> {
  return edit(world, options, (lock) => moveEntry(lock, from, to));
}

/** `playbill state rm ADDRESS`: forgets an object and leaves it at the target. */
export function rm(world: World, address: string, options: Options): Promise<number> {
  return edit(world, options, (lock, place) => {
    const resources = forgetEntry(lock, address);
    warn(world, stillDeclared(place, address, entryAt(lock, address).id));
    return resources;
  });
}

/** `playbill state unprotect ADDRESS`: lets an object be deleted whose file no longer protects it. */
export function unprotect(world: World, address: string, options: Options): Promise<number> {
  return edit(world, options, (lock) => unprotectEntry(lock, address));
}

/** `playbill state rebuild`: puts every object that carries this project's marker back into the lock. */
export async function rebuild(world: World, { target }: Options): Promise<number> {
  const planning = await openPlanning(world, target, true);
  try {
    const { scope, desired, project, lockFile } = planning;
    const busy = await acquireAdvisoryLock(project.root, scope.target, false);
    try {
      const lock = (await readLock(project.root, lockFile)) ?? emptyLock(scope);
      const live = await Array.fromAsync(planning.open.target.registry.listAssistants());
      const { resources, problems } = rebuildEntries(lock, live, desired, scope);
      warn(world, [...checkLock(lock, scope), ...problems]);
      await save(world, project.root, lockFile, lock, resources);
      return 0;
    } finally {
      await busy[Symbol.asyncDispose]();
    }
  } finally {
    await planning.open.close();
  }
}

/** A project, and where the lock of one of its targets is. */
interface LockPlace {
  project: Project;
  target: string;
  file: string;
}

async function findLock(world: World, options: Options): Promise<LockPlace> {
  const project = await loadSound(world);
  const { name, server } = resolveTarget(project, options.target, world.env);
  return { project, target: name, file: lockPath(name, server === "embedded") };
}

async function edit(
  world: World,
  options: Options,
  change: (lock: Lock, place: LockPlace) => Lock["resources"],
): Promise<number> {
  const place = await findLock(world, options);
  const { root } = place.project;
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
function stillDeclared({ project, target }: LockPlace, address: string, id: string): Problem[] {
  const declared = [...project.assistants.values()].find((each) => each.address === address);
  if (declared === undefined) return [];
  const message = `${declared.file} is still there: the next plan finds ${id} at ${target} again by its marker`;
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
