import { type Problem, ProblemError, fail, problem } from "../../problem.ts";
import { type Field, type FieldHashes, fieldValue, toChanges, unboundFields } from "../../resources/fields.ts";
import { ownerText } from "../../resources/owner.ts";
import type { Desired, Live, Marker, ResourceKind } from "../../resources/resource.ts";
import type { Registry, Work } from "../../targets/target.ts";
import { appliedHashes, entryAfter, sensitiveFields } from "../lock/entry.ts";
import { type LockEntry, withDeposed } from "../lock/lock.ts";
import { type Scope, markerFor, ownAddress } from "../marker.ts";
import {
  type DeletedResource,
  type DetachedResource,
  type PlannedResource,
  type PresentResource,
  collected,
  driftOf,
} from "../plan/plan-format.ts";
import { written } from "./written.ts";
import { fieldHashes, movedFields } from "../../resources/canonical-fields.ts";
import type { Intent } from "../lock/recover.ts";

/** All that carrying out one resource of a plan needs. */
export interface OperationContext {
  kind: ResourceKind;
  resource: PlannedResource;
  /** With ids in place of the addresses that it refers to; `null` for one that is to be deleted. */
  desired: Desired | null;
  previous: LockEntry | undefined;
  scope: Scope;
  /** The commit that is applied, or empty. */
  rev: string;
  registry: Registry;
  /** The bytes with that hash. */
  contentOf: Work["contentOf"];
  isOwn: Work["isOwn"];
  onProgress: Work["onProgress"];
  /** Puts the entry of an object into the lock that is there although work on it goes on. */
  recordBegun: (entry: LockEntry) => Promise<void>;
  /** Called with the object, and with its fields that hold sensitive values. */
  saveSnapshot: (live: Live, sensitive: readonly Field[]) => Promise<void>;
}

/** What became of it: the lock's new entry (`null`: none any more), the object's id, and warnings. */
export interface Outcome {
  entry: LockEntry | null;
  id: string;
  problems: Problem[];
}

/** Creates, changes or deletes one object. Throws a ProblemError when it could not, or when the object is not as the plan saw it. */
export async function operate(context: OperationContext): Promise<Outcome> {
  const { resource, desired } = context;
  switch (resource.action) {
    case "create":
      return create(context, declaredOf(context));
    case "replace":
      return replace(context, resource, declaredOf(context));
    case "update":
    case "adopt":
    case "move":
    case "mark":
      return update(context, resource, declaredOf(context));
    case "delete":
      return remove(context, resource);
    case "detach":
      return detach(context, resource);
    case "forget":
    case "unchanged":
    case "drifted":
    case "refused":
      throw new Error(`${resource.action} of ${desired?.address ?? resource.address} is nothing to carry out`);
  }
}

function declaredOf({ resource, desired }: OperationContext): Desired {
  if (desired === null) throw new Error(`${resource.address} is not declared`);
  return desired;
}

async function create(context: OperationContext, desired: Desired): Promise<Outcome> {
  return written(context, desired, await make(context, desired, null));
}

/** Makes another object with what is declared, and what in the old one is not ours. The old one is deleted later: others refer to it. */
async function replace(context: OperationContext, resource: PresentResource, desired: Desired): Promise<Outcome> {
  const { kind } = context;
  const live = await readAsPlanned(context, resource);
  if (live === null) throw new ProblemError([isGone(resource)]);
  await keepSnapshot(context, live);
  const left = driftOf(resource).filter(({ take }) => take !== "ours");
  const ours = desired.declared
    .filter((field) => !left.some((each) => each.field === field))
    .map((field) => ({ field, after: fieldValue(kind, desired.spec, field) }));
  const spec = { ...live.spec, ...toChanges(kind, ours, live.spec) };
  return written(context, desired, await make(context, { ...desired, spec }, live));
}

function make(context: OperationContext, desired: Desired, replaces: Live | null): Promise<Live> {
  const { kind, registry } = context;
  return registry.create(kind, desired.spec, markerOf(context, desired), workOf(context, desired, replaces));
}

async function update(context: OperationContext, resource: PresentResource, desired: Desired): Promise<Outcome> {
  const { kind, registry } = context;
  const live = await readAsPlanned(context, resource);
  if (live === null) throw new ProblemError([isGone(resource)]);
  await keepSnapshot(context, live);
  const changes = resource.changes.map(({ field, after }) => ({
    field,
    after: desired.declared.includes(field) ? fieldValue(kind, desired.spec, field) : after,
  }));
  const marker = markerOf(context, desired);
  const spec = toChanges(kind, changes, live.spec);
  return written(context, desired, await registry.update(kind, live, spec, marker, workOf(context, desired, null)));
}

async function remove(context: OperationContext, resource: DeletedResource): Promise<Outcome> {
  const { kind, registry } = context;
  const live = await readAsPlanned(context, resource);
  if (live !== null) {
    await keepSnapshot(context, live);
    await registry.delete(kind, live.id);
  }
  await collect(context, collected(resource));
  return { entry: null, id: resource.id, problems: [] };
}

/** Deletes objects whose place another one has taken. One that carries somebody else's marker by now is left to them. */
export async function collect(context: OperationContext, ids: readonly string[]): Promise<void> {
  const { kind, registry, scope, resource } = context;
  for (const id of ids) {
    const live = await registry.get(kind, id);
    const owned = kind.isMarked ? ownAddress(scope, live?.marker?.owner) : resource.address;
    if (live === null || owned === null) continue;
    await keepSnapshot(context, live);
    await registry.delete(kind, id);
  }
}

function keepSnapshot({ desired, previous, saveSnapshot }: OperationContext, live: Live): Promise<void> {
  return saveSnapshot(live, [...sensitiveFields(desired), ...(previous?.sensitive ?? [])]);
}

async function detach(context: OperationContext, resource: DetachedResource): Promise<Outcome> {
  const { kind, registry } = context;
  const live = await readAsPlanned(context, resource);
  if (live !== null) {
    await keepSnapshot(context, live);
    await registry.update(kind, live, {}, null);
  }
  return { entry: null, id: resource.id, problems: [] };
}

/**
 * What carrying out a resource of a plan writes, as far as it is known before; `null` when it writes none. `context` has the addresses of
 * what gets another id by then. `since` is the target's time.
 */
export function intentOf(context: OperationContext, since: number): Intent | null {
  const { kind, resource, scope, desired } = context;
  if (desired === null || resource.action === "delete") return null;
  const unbound = unboundFields(kind, desired.spec);
  const fields = Object.fromEntries(
    Object.entries(appliedFields(context, desired)).filter(([field]) => !unbound.includes(field)),
  );
  const marker = kind.isMarked
    ? markerFor(scope, resource.address, {
        applied: fields,
        protect: resource.protect,
        proof: desired.proof,
        rev: context.rev,
      })
    : { owner: ownerText(scope, resource.address), spec: "", rev: "" };
  return { ...marker, since, replaces: resource.action === "replace" ? resource.id : null, fields };
}

function appliedFields({ kind, resource, previous }: OperationContext, desired: Desired): FieldHashes {
  return appliedHashes(kind, desired, { drift: driftOf(resource) }, previous?.applied);
}

function markerOf(context: OperationContext, desired: Desired): Marker | null {
  const { kind, resource, scope, rev } = context;
  if (!kind.isMarked) return null;
  return markerFor(scope, desired.address, {
    applied: appliedFields(context, desired),
    protect: resource.protect,
    proof: desired.proof,
    rev,
  });
}

/** The lock's entry of an object that is there, while work on it goes on. */
function begunEntry(context: OperationContext, desired: Desired, id: string): LockEntry {
  const { kind, resource, previous } = context;
  const planned = { drift: driftOf(resource), protect: resource.protect };
  const entry = entryAfter(kind, desired, { id, observed: appliedFields(context, desired) }, planned, previous);
  return withDeposed(entry, [...(previous?.deposed ?? []), ...collected(resource)]);
}

function workOf(context: OperationContext, desired: Desired, replaces: Live | null): Work {
  const { contentOf, onProgress, isOwn, recordBegun } = context;
  return {
    contentOf,
    onProgress,
    isOwn,
    replaces,
    lifetime: null,
    onMade: (id) => recordBegun(begunEntry(context, desired, id)),
  };
}

/** The object as it is now; refused when it is not what was planned for. */
async function readAsPlanned(
  { kind, registry }: OperationContext,
  { id, address, observed, owner }: PresentResource | DeletedResource | DetachedResource,
): Promise<Live | null> {
  const live = await registry.get(kind, id);
  if (live === null) return null;
  const moved: string[] = [...movedFields(kind, observed, fieldHashes(kind, live.spec))];
  if (kind.isMarked && (live.marker?.owner ?? null) !== owner) moved.push("its ownership marker");
  if (moved.length === 0) return live;
  return fail("changed_since_plan", `${address}: ${id} was edited after the plan: ${moved.join(", ")}`, {
    hint: "Plan again to see what is there now.",
  });
}

function isGone({ address, id }: PresentResource): Problem {
  return problem("changed_since_plan", `${address}: ${id} was deleted after the plan`, {
    hint: "Plan again to see what is there now.",
  });
}
