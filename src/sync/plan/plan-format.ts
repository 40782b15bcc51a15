import { Type, type Static } from "../../schema/builder.ts";
import { hashOf } from "../../kit/hash.ts";

const closed = { additionalProperties: false } as const;

/**
 * What is to be done with one object. `forget`: it is gone over there, only the lock still names it. `drifted`: nothing
 * of ours to write, but somebody edited it. `refused`: it cannot be done, `reason` says why.
 */
const actions = ["create", "update", "adopt", "move", "delete", "forget", "unchanged", "drifted", "refused"] as const;
export type Action = (typeof actions)[number];

/** Why a resource has its action; those of refused ones are the codes of their problems. */
export const reasons = [
  "new",
  "gone",
  "declared",
  "not_declared",
  "found_by_marker",
  "lock_behind",
  "name_taken",
  "not_ours",
  "marker_missing",
  "marker_twice",
  "adopt_missing",
  "adopt_other",
  "adopt_twice",
] as const;
export type Reason = (typeof reasons)[number];

const Take = Type.Enum(["ours", "theirs"]);
/** How a difference between an edit over there and the files is decided: overwrite it, or leave it as it is. */
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
/** A managed field that somebody edited over there; `conflict` when the files changed it too. */
export type FieldDrift = Static<typeof FieldDriftFormat>;

const PlannedResourceFormat = Type.Object(
  {
    kind: Type.Literal("assistant"),
    address: Type.String(),
    action: Type.Enum(actions),
    reason: Type.Enum(reasons),
    name: Type.Union([Type.String(), Type.Null()]),
    id: Type.Union([Type.String(), Type.Null()]),
    owner: Type.Union([Type.String(), Type.Null()]),
    moved_from: Type.Union([Type.String(), Type.Null()]),
    protect: Type.Boolean(),
    observed: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
    changes: Type.Array(FieldChangeFormat),
    drift: Type.Array(FieldDriftFormat),
  },
  closed,
);
/**
 * What happens to one address. `id`, `name`, `owner` (of its marker) and `observed` (a hash a field) are those of the live object that the
 * plan saw, `null` when there is none.
 */
export type PlannedResource = Static<typeof PlannedResourceFormat>;

export const PlanFormat = Type.Object(
  {
    format_version: Type.Literal(1),
    project: Type.String(),
    target: Type.String(),
    origin: Type.String(),
    git: Type.Union([Type.Object({ commit: Type.String(), dirty: Type.Boolean() }, closed), Type.Null()]),
    configuration: Type.String({ description: "Hash of everything the files declare, after interpolation." }),
    lock: Type.Object({ lineage: Type.String(), serial: Type.Integer() }, closed),
    managed: Type.Integer({ description: "How many objects the lock names." }),
    prune: Type.Boolean({ description: "Whether deletes are carried out." }),
    selectors: Type.Array(Type.String()),
    take: Type.Record(Type.String(), Take),
    resources: Type.Array(PlannedResourceFormat),
    unmanaged: Type.Array(
      Type.Object(
        {
          kind: Type.Literal("assistant"),
          id: Type.String(),
          name: Type.Union([Type.String(), Type.Null()]),
          owner: Type.Union([Type.String(), Type.Null()]),
        },
        closed,
      ),
    ),
    plan_hash: Type.String(),
  },
  closed,
);
/** What a sync would do, as plain JSON: printed, saved, reviewed and applied. */
export type Plan = Static<typeof PlanFormat>;

/**
 * The hash that stands for the plan. The commit and objects that are not managed have no part in it: neither changes
 * what would be done.
 */
export function hashPlan({ git: _git, unmanaged: _unmanaged, ...rest }: Omit<Plan, "plan_hash">): string {
  return hashOf(rest);
}

/** Whether applying the plan would write anything at the target. */
export function hasChanges(plan: Plan): boolean {
  return plan.resources.some(({ action }) => writes(action, plan.prune));
}

/** Whether an action writes at the target. */
export function writes(action: Action, prune: boolean): boolean {
  if (action === "delete") return prune;
  return action === "create" || action === "update" || action === "adopt" || action === "move";
}
