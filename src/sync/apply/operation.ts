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

/** Everything needed to apply one resource of a plan. */
export interface OperationContext {
  kind: ResourceKind;
  resource: PlannedResource;
  /** With ids in place of the addresses that it refers to; `null` for a resource to delete. */
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
  /** Records an object that already exists in the lock while work on it continues. */
  recordBegun: (entry: LockEntry) => Promise<void>;
  /** Called with the object and its fields that hold sensitive values. */
  saveSnapshot: (live: Live, sensitive: readonly Field[]) => Promise<void>;
}

/** The result of an operation: the lock's new entry (`null` removes it), the object's id, and warnings. */
export interface Outcome {
  entry: LockEntry | null;
  id: string;
  problems: Problem[];
}

/** Creates, changes or deletes one object. Throws a ProblemError when that fails, or when the object differs from what the plan saw. */
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
      throw new Error(`${resource.action} of ${desired?.address ?? resource.address} cannot be carried out`);
  }
}

function declaredOf({ resource, desired }: OperationContext): Desired {
  if (desired === null) throw new Error(`${resource.address} is not declared`);
  return desired;
}

async function create(context: OperationContext, desired: Desired): Promise<Outcome> {
  return written(context, desired, await make(context, desired, null));
}

/** Creates a new object from what is declared and the old object's fields that are not ours. The old one is deleted later: others refer to it. */
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

/** Deletes objects that were replaced. An object that now carries another owner's marker is left alone. */
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
 * What applying a resource of a plan writes, as far as it is known beforehand; `null` when it writes nothing. `context` has the addresses of
 * objects whose id will change. `since` is the target's time.
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

/** The lock's entry for an object that exists while work on it continues. */
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

/** The object as it is now. Throws a ProblemError when it differs from what the plan saw. */
async function readAsPlanned(
  { kind, registry }: OperationContext,
  { id, address, observed, owner }: PresentResource | DeletedResource | DetachedResource,
): Promise<Live | null> {
  const live = await registry.get(kind, id);
  if (live === null) return null;
  const moved: string[] = [...movedFields(kind, observed, fieldHashes(kind, live.spec))];
  if (kind.isMarked && (live.marker?.owner ?? null) !== owner) moved.push("its ownership marker");
  if (moved.length === 0) return live;
  return fail("changed_since_plan", `${address}: ${id} was edited after the plan was made: ${moved.join(", ")}`, {
    hint: "Plan again to see what is there now.",
  });
}

function isGone({ address, id }: PresentResource): Problem {
  return problem("changed_since_plan", `${address}: ${id} was deleted after the plan was made`, {
    hint: "Plan again to see what is there now.",
  });
}
