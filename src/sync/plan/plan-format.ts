import { hashOf } from "../../kit/hash.ts";
import { Type, type Static } from "../../schema/builder.ts";

const closed = { additionalProperties: false } as const;
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

/** The reasons why an address cannot be synced, which are also problem codes. */
export const refusals = [
  "name_taken",
  "not_ours",
  "marker_missing",
  "marker_twice",
  "adopt_missing",
  "adopt_other",
  "adopt_twice",
  "metadata_full",
] as const;
export type Refusal = (typeof refusals)[number];

const Take = Type.Enum(["ours", "theirs"]);
/** The decision about an edit at the target: `ours` overwrites it, `theirs` leaves it as it is. */
export type Take = Static<typeof Take>;

const FieldChangeFormat = Type.Object({ field: Type.String(), before: Type.Unknown(), after: Type.Unknown() }, closed);
/** A field that will be written. */
export type FieldChange = Static<typeof FieldChangeFormat>;

const FieldDriftFormat = Type.Object(
  {
    field: Type.String(),
    declared: Type.Unknown(),
    live: Type.Unknown(),
    conflict: Type.Boolean(),
    take: Type.Union([Take, Type.Null()]),
  },
  closed,
);
/** A managed field that was edited at the target; `conflict` when the files changed it too. */
export type FieldDrift = Static<typeof FieldDriftFormat>;

const Mode = Type.Union([
  Type.Object({ kind: Type.Enum(["sync", "destroy"]) }, closed),
  Type.Object({ kind: Type.Literal("restore"), snapshot: Type.String() }, closed),
  Type.Object({ kind: Type.Literal("rollback"), to: Type.String() }, closed),
]);
/**
 * The purpose of a plan: make the target match the files, delete everything of the project, restore a snapshot, or return to
 * what a commit declares.
 */
export type Mode = Static<typeof Mode>;

const common = {
  kind: Type.String(),
  address: Type.String(),
  protect: Type.Boolean(),
  moved_from: TextOrNull,
  depends_on: Type.Array(Type.String()),
  deposed: Type.Optional(
    Type.Array(Type.String(), {
      description: "Ids of objects that this one has replaced: they are deleted when nothing refers to them any more.",
    }),
  ),
};
/** The live object as the plan saw it; `owner` and `rev` are those of its marker, `observed` has a hash per field. */
const seen = {
  id: Type.String(),
  name: TextOrNull,
  owner: TextOrNull,
  rev: TextOrNull,
  observed: Type.Record(Type.String(), Type.String()),
};
const changes = Type.Array(FieldChangeFormat);
const drift = Type.Array(FieldDriftFormat);

const CreatedFormat = Type.Object(
  { ...common, action: Type.Literal("create"), reason: Type.Enum(["new", "gone"]), name: TextOrNull, changes },
  closed,
);
/**
 * An object that exists and is declared. `move`: only the address in its marker changes. `mark`: only the rest of the marker changes.
 * `drifted`: nothing of ours to write, but it was edited. `fast_forward`: a sync of an earlier commit, which the lock does not
 * record, wrote it. `lock_behind`: a sync of a commit that this checkout does not have wrote it. `replace`: a new object is created and
 * takes its place, because a field cannot be changed in place, or the object is `expired`. `edited`: it matches the files, but was not written by Playbill.
 */
const PresentFormat = Type.Object(
  {
    ...common,
    ...seen,
    action: Type.Enum(["update", "replace", "adopt", "move", "mark", "unchanged", "drifted"]),
    reason: Type.Enum(["declared", "found_by_marker", "fast_forward", "lock_behind", "expired", "edited"]),
    changes,
    drift,
  },
  closed,
);
const DeletedFormat = Type.Object(
  {
    ...common,
    ...seen,
    action: Type.Literal("delete"),
    reason: Type.Enum(["not_declared", "destroyed", "lock_behind"]),
    take: Type.Union([Take, Type.Null()]),
    changes,
    drift,
  },
  closed,
);
/**
 * Only the lock changes. `gone`: not at the target and not in the files. `another_address`: the lock named the object of another address.
 * `removed`: named under `removed`, and its object does not carry Playbill's marker.
 */
const ForgottenFormat = Type.Object(
  {
    ...common,
    action: Type.Literal("forget"),
    reason: Type.Enum(["gone", "another_address", "removed"]),
    id: Type.String(),
  },
  closed,
);
/** Named under `removed`: it loses its marker, and stays as it is. */
const DetachedFormat = Type.Object(
  { ...common, ...seen, action: Type.Literal("detach"), reason: Type.Literal("removed") },
  closed,
);
const RefusedFormat = Type.Object(
  {
    ...common,
    action: Type.Literal("refused"),
    reason: Type.Enum(refusals),
    name: TextOrNull,
    id: TextOrNull,
    owner: TextOrNull,
  },
  closed,
);
export type PresentResource = Static<typeof PresentFormat>;
export type DeletedResource = Static<typeof DeletedFormat>;
export type DetachedResource = Static<typeof DetachedFormat>;
export type RefusedResource = Static<typeof RefusedFormat>;

const PlannedResourceFormat = Type.Union([
  CreatedFormat,
  PresentFormat,
  DeletedFormat,
  DetachedFormat,
  ForgottenFormat,
  RefusedFormat,
]);
/** What happens to one address. */
export type PlannedResource = Static<typeof PlannedResourceFormat>;
export type Action = PlannedResource["action"];

export const planVersion = 3;

export const PlanFormat = Type.Object(
  {
    format_version: Type.Literal(planVersion),
    project: Type.String(),
    target: Type.String(),
    mode: Mode,
    origin: Type.String(),
    git: Type.Union([Type.Object({ commit: Type.String(), dirty: Type.Boolean() }, closed), Type.Null()]),
    configuration: Type.String({ description: "Hash of everything the files declare, after interpolation." }),
    lock: Type.Object({ lineage: Type.String(), serial: Type.Integer() }, closed),
    managed: Type.Integer({ description: "How many objects the lock names." }),
    missing: Type.Integer({ description: "How many of them do not exist at the target." }),
    kinds: Type.Record(Type.String(), Type.Object({ managed: Type.Integer(), missing: Type.Integer() }, closed), {
      description: "The same counts by kind, for the kinds that the lock names.",
    }),
    prune: Type.Boolean({ description: "Whether deletes are carried out." }),
    selectors: Type.Array(Type.String()),
    take: Type.Record(Type.String(), Take),
    resources: Type.Array(PlannedResourceFormat),
    doubles: Type.Array(Type.Object({ address: Type.String(), ids: Type.Array(Type.String()) }, closed), {
      description: "Addresses whose marker is carried by several objects, the oldest first.",
    }),
    unmanaged: Type.Array(
      Type.Object({ kind: Type.String(), id: Type.String(), name: TextOrNull, owner: TextOrNull }, closed),
    ),
    plan_hash: Type.String(),
  },
  closed,
);
/** What a sync would do, as plain JSON that is printed, saved, reviewed and applied. */
export type Plan = Static<typeof PlanFormat>;

/** The hash of what would be done, and to which objects; the plan's other contents do not affect it. */
export function hashPlan({ project, target, origin, prune, resources }: Omit<Plan, "plan_hash">): string {
  const done = resources
    .filter((resource) => writes(resource, prune))
    .map(({ reason: _reason, ...resource }) => resource)
    .map((resource) => ("rev" in resource ? withoutRev(resource) : resource));
  return hashOf({ format_version: planVersion, project, target, origin, resources: done });
}

function withoutRev<T extends { rev: unknown }>({ rev: _rev, ...resource }: T): Omit<T, "rev"> {
  return resource;
}

/** True when applying the plan would write anything at the target. */
export function hasChanges({ resources, prune }: Pick<Plan, "resources" | "prune">): boolean {
  return resources.some((resource) => writes(resource, prune));
}

/** True when applying a resource of the plan writes at the target. */
export function writes(resource: PlannedResource, prune: boolean): boolean {
  return isCarriedOut(resource, prune) || resource.deposed !== undefined;
}

/** True when there is more to do for a resource than to delete the objects that it replaced. */
export function isCarriedOut(resource: PlannedResource, prune: boolean): boolean {
  switch (resource.action) {
    case "create":
    case "update":
    case "replace":
    case "adopt":
    case "move":
    case "mark":
    case "detach":
      return true;
    case "delete":
      return prune && (resource.take !== "theirs" || !needsDecision(resource));
    case "forget":
    case "unchanged":
    case "drifted":
    case "refused":
      return false;
  }
}

/** True when deleting an object would lose someone else's work. */
export function needsDecision({ reason, drift }: DeletedResource): boolean {
  return reason === "lock_behind" || drift.length > 0;
}

/** The fields that a resource of the plan writes. */
export function changesOf(resource: PlannedResource): readonly FieldChange[] {
  return "changes" in resource ? resource.changes : [];
}

/** The fields of a resource that were edited at the target. */
export function driftOf(resource: PlannedResource): readonly FieldDrift[] {
  return "drift" in resource ? resource.drift : [];
}

/** The ids that are deleted once nothing refers to them: those replaced earlier, and those that the plan replaces. */
export function collected(resource: PlannedResource): string[] {
  const { deposed = [] } = resource;
  return resource.action === "replace" ? [...deposed, resource.id] : deposed;
}

/** The id of the object that the plan saw; `null` when there is none. */
export function idOf(resource: PlannedResource): string | null {
  return "id" in resource ? resource.id : null;
}
