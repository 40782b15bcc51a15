import { canonicalJson } from "../../kit/json.ts";
import { type Problem, ProblemError, asWarning, fail, problem } from "../../problem.ts";
import { type Field, fieldHashes, fieldValue, isSameField, movedFields, toChanges } from "../../resources/fields.ts";
import type { Desired, Live, Marker, ResourceKind } from "../../resources/resource.ts";
import type { Registry } from "../../targets/target.ts";
import { appliedHashes, entryAfter, sensitiveFields } from "../lock/entry.ts";
import type { LockEntry } from "../lock/lock.ts";
import { type Scope, markerFor } from "../marker.ts";
import {
  type DeletedResource,
  type DetachedResource,
  type PlannedResource,
  type PresentResource,
  changesOf,
  driftOf,
} from "../plan/plan-format.ts";
import { mayHaveArrived } from "../../targets/failure.ts";

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
  const { kind, registry } = context;
  return written(context, desired, await createOnce(registry, kind, desired.spec, markerOf(context, desired)));
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
  return written(context, desired, await registry.update(kind, live, toChanges(kind, changes, live.spec), marker));
}

async function remove(context: OperationContext, resource: DeletedResource): Promise<Outcome> {
  const { kind, registry } = context;
  const live = await readAsPlanned(context, resource);
  if (live !== null) {
    await keepSnapshot(context, live);
    await registry.delete(kind, live.id);
  }
  return { entry: null, id: resource.id, problems: [] };
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

/** The marker that carrying out a resource of a plan writes; `null` when it writes none. */
export function plannedMarker(context: OperationContext): Marker | null {
  return context.desired === null || context.resource.action === "delete" ? null : markerOf(context, context.desired);
}

function markerOf({ kind, resource, scope, rev, previous }: OperationContext, desired: Desired): Marker {
  const applied = appliedHashes(kind, desired, { drift: driftOf(resource) }, previous?.applied);
  return markerFor(scope, desired.address, { applied, protect: resource.protect, rev });
}

/** Creates an object, and tries again only after looking whether the first request had arrived after all. */
async function createOnce(registry: Registry, kind: ResourceKind, spec: object, marker: Marker): Promise<Live> {
  try {
    return await registry.create(kind, spec, marker);
  } catch (error) {
    if (!mayHaveArrived(error)) throw error;
    return (await findByOwner(registry, kind, marker.owner)) ?? registry.create(kind, spec, marker);
  }
}

async function findByOwner(registry: Registry, kind: ResourceKind, owner: string): Promise<Live | null> {
  for await (const live of registry.list(kind)) {
    if (live.marker?.owner === owner) return live;
  }
  return null;
}

/** The object as it is now; refused when it is not what was planned for. */
async function readAsPlanned(
  { kind, registry }: OperationContext,
  { id, address, observed, owner }: PresentResource | DeletedResource | DetachedResource,
): Promise<Live | null> {
  const live = await registry.get(kind, id);
  if (live === null) return null;
  const moved: string[] = movedFields(kind, observed, fieldHashes(kind, live.spec));
  if ((live.marker?.owner ?? null) !== owner) moved.push("its ownership marker");
  if (moved.length === 0) return live;
  return fail("changed_since_plan", `${address}: ${id} was edited after the plan: ${moved.join(", ")}`, {
    hint: "Plan again to see what is there now.",
  });
}

/** Reads back what was written: what came of it goes into the lock, what the target did not keep is a problem. */
async function written(context: OperationContext, desired: Desired, answered: Live): Promise<Outcome> {
  const { kind, resource, registry, previous } = context;
  const { live, problems } = await readBack(registry, kind, answered);
  const observed = fieldHashes(kind, live.spec);
  const planned = { drift: driftOf(resource), protect: resource.protect };
  return {
    entry: entryAfter(kind, desired, { id: live.id, observed }, planned, previous),
    id: live.id,
    problems: [...problems, ...markerNotKept(resource, live), ...notKept(context, desired, live)],
  };
}

async function readBack(
  registry: Registry,
  kind: ResourceKind,
  answered: Live,
): Promise<{ live: Live; problems: Problem[] }> {
  try {
    const live = await registry.get(kind, answered.id);
    // Another sync that wrote it since then is not what the target made of this one; the next plan sees it by its marker.
    const isOurs =
      live !== null && (live.marker === null || canonicalJson(live.marker) === canonicalJson(answered.marker));
    return { live: isOurs ? live : answered, problems: [] };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { live: answered, problems: error.problems.map(asWarning) };
  }
}

function notKept({ kind, resource, scope }: OperationContext, desired: Desired, live: Live): Problem[] {
  return changesOf(resource)
    .map(({ field }) => field)
    .filter((field) => desired.declared.includes(field) && !isSameField(kind, field, live.spec, desired.spec))
    .map((field) =>
      problem("field_not_kept", `${resource.address}: the target did not keep ${field} as it was sent`, {
        hint: `Its server or model may not support this value. What it keeps: playbill state show ${resource.address} --target ${scope.target}`,
      }),
    );
}

/** Without its marker an object cannot be told from those of others: the next plan would refuse to touch it. */
function markerNotKept({ address }: PlannedResource, { id, marker }: Live): Problem[] {
  if (marker !== null) return [];
  return [
    problem(
      "marker_not_kept",
      `${address}: the target did not keep the metadata of ${id}, so nothing there says whose it is`,
      {
        hint: "Playbill needs a server that keeps metadata. Nothing more was begun; delete the object there, or keep it by hand.",
      },
    ),
  ];
}

function isGone({ address, id }: PresentResource): Problem {
  return problem("changed_since_plan", `${address}: ${id} was deleted after the plan`, {
    hint: "Plan again to see what is there now.",
  });
}
