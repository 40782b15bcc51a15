import { resolve } from "node:path";
import { asObject, asText, isObject } from "../../kit/json.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { findProjectRoot } from "../../project/files.ts";
import { type Problem, fail, problem, advice } from "../../problem.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { parseOwner } from "../../resources/owner.ts";
import { type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { hasSealed } from "../../sync/apply/sealed.ts";
import { guard } from "../../sync/guard.ts";
import { type Lock, emptyLock } from "../../sync/lock/lock.ts";
import { readLock } from "../../sync/lock/lock-file.ts";
import { ownAddress } from "../../sync/marker.ts";
import { fieldsUnlikeFiles, restoredResource } from "../../sync/restore.ts";
import { markerOf } from "../../targets/objects/wire-format.ts";
import { isDatabase, restoreDatabase } from "../backup/restore-database.ts";
import { type CarryOutOptions, carryOut, confirmedByYes } from "./carry-out.ts";
import { inShell } from "../../kit/shell.ts";
import { loadSound } from "../../api/load.ts";
import { type Planning, neededFor, openPlanning, whatIsSound } from "../../api/planning.ts";
import { openSnapshot } from "../../api/snapshots.ts";
import { type SnapshotFile, findSnapshot, listSnapshots } from "./snapshot-files.ts";
import { parseTake } from "./take.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";
import { whileBusy } from "../../api/apply.ts";
import type { PlanningOptions } from "./sync-options.ts";

interface Options extends Omit<PlanningOptions, "prune" | "allowDeletes">, CarryOutOptions {
  list?: true;
  db?: string;
  forceUnlock?: true;
}

/** `playbill restore SNAPSHOT`: restores an object from a snapshot by an ordinary plan; `--list` shows the snapshots. A backup is recognized by its content. */
export async function restore(world: World, given: string | undefined, options: Options): Promise<number> {
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  if (options.list === true) return list(world, listSnapshots(root), options);
  if (given === undefined) {
    return fail("bad_flag", "restore needs a snapshot", {
      hint: "To list the snapshots: playbill restore --list",
    });
  }
  const path = resolve(world.cwd, given);
  if (options.db !== undefined || (await isDatabase(path))) return restoreDatabase(world, given, options);
  const file = findSnapshot(root, world.cwd, given);
  const target = options.target ?? file.target ?? undefined;
  const planning = await openPlanning(world, target, { willWrite: true, need: whatIsSound });
  return whileBusy(planning, options, () => putBack(world, planning, { given, file }, options));
}

async function putBack(
  world: World,
  planning: Planning,
  { given, file }: { given: string; file: ReturnType<typeof findSnapshot> },
  options: Options,
): Promise<number> {
  const { project, scope, open, lockFile } = planning;
  const lock = (await readLock(project.root, lockFile)) ?? emptyLock(scope);
  const { object } = file;
  const opened = openSnapshot(world, project.root, object);
  const { address, kind, snapshot } = readSnapshot(planning, lock, given, opened);
  const declared = planning.desired.find((each) => each.address === address) ?? null;
  // Files with faults declare nothing; report the faults here.
  if (declared === null && project.files.has(address)) await loadSound(world, neededFor([address]));
  const sealed = hasSealed(object) ? sealedFields(object) : [];
  const restored = restoredResource(kind, { address, snapshot, declared, lock, sealed });
  const all = [restored, ...planning.desired.filter((each) => each.address !== address)];
  const {
    plan,
    lock: current,
    saved,
  } = await planning.plan(
    {
      mode: { kind: "restore", snapshot: inShell(given) },
      prune: false,
      selectors: [address],
      take: parseTake(options.take),
    },
    all,
  );
  const refusals = guard(plan, {
    allowDeletes: null,
    allowMissing: options.allowMissing ?? null,
    isWhole: open.target.registry.isWhole,
  });
  const work = { at: planning, desired: all, plan, lock: current, saved, refusals, confirm: confirmedByYes };
  const exitCode = await carryOut(world, work, options);
  if (exitCode === 0) {
    const fields = declared === null ? null : fieldsUnlikeFiles(kind, restored, declared);
    warn(world, nextSteps(address, open.name, fields));
  }
  return exitCode;
}

/** The object of a snapshot and its address, by its marker, or by the lock if it had no marker yet. */
function readSnapshot(
  { scope, open, desired }: Planning,
  lock: Lock,
  given: string,
  object: unknown,
): { address: string; kind: ResourceKind; snapshot: Live } {
  const { playbill, ...wire } = asObject(object);
  const id = asText(wire.id);
  const addresses = asObject(asObject(playbill).addresses) as Record<string, string>;
  const declared = new Set(desired.map(({ address }) => address));
  // Objects it referred to may have been recreated since.
  const bound = { ...asObject(withAddresses(wire, addresses, declared)), id };
  const found = resourceKinds.flatMap((kind) => open.target.registry.read(kind, bound) ?? []);
  const owner = found.find(({ marker }) => marker !== null)?.marker?.owner;
  const locked = addresses[id] ?? Object.entries(lock.resources).find(([, entry]) => entry.id === id)?.[0];
  const address = owner === undefined ? locked : (ownAddress(scope, owner) ?? undefined);
  if (address === undefined) {
    const whose = owner === undefined ? "has no owner" : `belongs to ${owner}`;
    return fail("foreign_snapshot", `${given} ${whose} and does not belong to ${scope.project} at ${scope.target}`, {
      hint:
        owner === undefined
          ? "It was saved before this project owned the object, and the lock no longer has the object."
          : "Restore it in that project, with --target for that target.",
    });
  }
  const name = lock.resources[address]?.kind ?? address.split(".")[0] ?? "";
  const snapshot = found.find(({ kind }) => kind === name);
  if (snapshot === undefined || !kindNamed(resourceKinds, name).isMarked) {
    return fail("malformed_snapshot", `${given} is not a complete copy of ${address}`, {
      hint: "Snapshots do not contain file contents; sync uploads them again from the project.",
    });
  }
  return { address, kind: kindNamed(resourceKinds, name), snapshot };
}

/** The object with addresses instead of ids for declared objects. */
function withAddresses(
  value: unknown,
  addresses: Readonly<Record<string, string>>,
  declared: ReadonlySet<string>,
): unknown {
  if (typeof value === "string") {
    const address = Object.hasOwn(addresses, value) ? addresses[value] : undefined;
    return address !== undefined && declared.has(address) ? address : value;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => withAddresses(each, addresses, declared));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withAddresses(each, addresses, declared)]),
  );
}

/** The fields with encrypted text. */
function sealedFields(object: Record<string, unknown>): string[] {
  return Object.entries(object).flatMap(([key, value]) => (hasSealed([value]) ? [key] : []));
}

/** A warning with the fields in which the restored object differs from the files; `null` when no file declares it. */
function nextSteps(address: string, target: string, fields: readonly string[] | null): Problem[] {
  if (fields !== null && fields.length === 0) return [];
  const more =
    fields === null
      ? advice("Restore its file too, otherwise a sync with --prune deletes it again.")
      : advice(
          { purpose: "To keep it, write it to the file", command: `playbill pull ${address} --target ${target}` },
          {
            purpose: "To return to the content of the file",
            command: `playbill sync ${address} --take ours ${address} --target ${target}`,
          },
        );
  const what = fields === null ? "no file declares it" : `differs from its file in ${fields.join(", ")}`;
  return [problem("restored_unlike_files", `${address} was restored, but ${what}`, more)];
}

function list(world: World, snapshots: readonly SnapshotFile[], options: Options): number {
  const shown = snapshots
    .map(({ name, time, target, object }) => ({ name, time, target, id: object?.id ?? null, object: nameIn(object) }))
    .filter(({ target }) => options.target === undefined || target === options.target)
    .map((each) => world.secrets.redactJson(each));
  if (options.json === true) {
    world.stdout.write(`${JSON.stringify({ format_version: 1, snapshots: shown }, null, 2)}\n`);
    return 0;
  }
  for (const { name, id, object } of shown) {
    const what = id === null ? "damaged" : (object ?? "");
    world.stdout.write(`${printableLine(`${name}  ${what}`.trimEnd())}\n`);
  }
  if (shown.length === 0)
    world.stderr.write("There are no snapshots. One is saved of each object before it is changed.\n");
  return 0;
}

function nameIn(object: SnapshotFile["object"]): string | null {
  if (object === null) return null;
  const owner = parseOwner(markerOf(object)?.owner ?? "");
  const noted = asObject(asObject(object.playbill).addresses);
  const own = noted[asText(object.id)];
  if (typeof own === "string") return own;
  return owner?.address ?? (typeof object.name === "string" ? object.name : null);
}
