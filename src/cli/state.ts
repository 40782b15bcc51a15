import { randomUUID } from "node:crypto";
import { resolveTarget } from "../project/resolve-target.ts";
import { acquireAdvisoryLock } from "../sync/busy-file.ts";
import { type Lock, checkLock, emptyLock, withResources } from "../sync/lock.ts";
import { lockPath, readLock, writeLock } from "../sync/lock-file.ts";
import { entryAt, forgetEntry, moveEntry, rebuildEntries, unprotectEntry } from "../sync/state.ts";
import { loadSound, warn } from "./load.ts";
import { openPlanning } from "./planning.ts";
import type { World } from "./world.ts";

interface Options {
  target?: string;
  json?: true;
}

/** `playbill state list`: what the lock says this project owns. Contacts nothing. */
export async function list(world: World, options: Options): Promise<number> {
  const { lock, target } = await openLock(world, options);
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
  return edit(world, options, (lock) => forgetEntry(lock, address));
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

async function openLock(
  world: World,
  options: Options,
): Promise<{ root: string; file: string; target: string; lock: Lock | null }> {
  const project = await loadSound(world);
  const { name, server } = resolveTarget(project, options.target, world.env);
  const file = lockPath(name, server === "embedded");
  return { root: project.root, file, target: name, lock: await readLock(project.root, file) };
}

async function edit(world: World, options: Options, change: (lock: Lock) => Lock["resources"]): Promise<number> {
  const { root, target } = await openLock(world, options);
  const busy = await acquireAdvisoryLock(root, target, false);
  try {
    const { file, lock } = await openLock(world, options);
    const known = lock ?? emptyLock({ project: "", origin: "" });
    await save(world, root, file, known, change(known));
    return 0;
  } finally {
    await busy[Symbol.asyncDispose]();
  }
}

async function save(world: World, root: string, file: string, lock: Lock, resources: Lock["resources"]): Promise<void> {
  const next = withResources(lock, resources, randomUUID);
  if (next !== lock) await writeLock(root, file, next);
  world.stdout.write(
    next === lock ? `${file} is as it was.\n` : `${file} now has ${Object.keys(resources).length} addresses.\n`,
  );
}
