import { canonicalJson } from "../../kit/json.ts";
import { type Problem, ProblemError, asWarning, problem } from "../../problem.ts";
import { isHidden } from "../../resources/fields.ts";
import type { Desired, Live, ResourceKind } from "../../resources/resource.ts";
import type { Registry } from "../../targets/target.ts";
import { entryAfter } from "../lock/entry.ts";
import { withDeposed } from "../lock/lock.ts";
import { type PlannedResource, changesOf, collected, driftOf } from "../plan/plan-format.ts";
import type { OperationContext, Outcome } from "./operation.ts";
import { fieldHashes, isSameField } from "../../resources/canonical-fields.ts";

/** Reads back what was written. The result goes into the lock; what the target did not keep is a problem. */
export async function written(context: OperationContext, desired: Desired, answered: Live): Promise<Outcome> {
  const { kind, resource, registry, previous } = context;
  const { live, problems } = kind.isMarked
    ? await readBack(registry, kind, answered)
    : { live: answered, problems: [] };
  const observed = fieldHashes(kind, live.spec);
  const planned = { drift: driftOf(resource), protect: resource.protect };
  const entry = entryAfter(kind, desired, { id: live.id, observed }, planned, previous);
  return {
    entry: withDeposed(entry, [...(previous?.deposed ?? []), ...collected(resource)]),
    id: live.id,
    problems: [
      ...problems,
      ...(kind.isMarked ? markerNotKept(resource, live) : []),
      ...notKept(context, desired, live),
    ],
  };
}

async function readBack(
  registry: Registry,
  kind: ResourceKind,
  answered: Live,
): Promise<{ live: Live; problems: Problem[] }> {
  try {
    const live = await registry.get(kind, answered.id);
    // A later write by another sync does not show what the target made of this one; the next plan sees it by its marker.
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
    .filter((field) => desired.declared.includes(field) && !isHidden(kind, field))
    .filter((field) => !isSameField(kind, field, live.spec, desired.spec))
    .map((field) =>
      problem("field_not_kept", `${resource.address}: the target did not keep ${field} as it was sent`, {
        hint: `Its server or model may not support this value. To see what it kept: playbill state show ${resource.address} --target ${scope.target}`,
      }),
    );
}

/** Without its marker an object cannot be distinguished from those of others: the next plan would refuse to touch it. */
function markerNotKept({ address }: PlannedResource, { id, marker }: Live): Problem[] {
  if (marker !== null) return [];
  return [
    problem(
      "marker_not_kept",
      `${address}: the target did not keep the metadata of ${id}, so it no longer carries Playbill's ownership marker`,
      {
        hint: "Playbill needs a server that keeps metadata. No further changes were started. Delete the object at the target, or manage it by hand.",
      },
    ),
  ];
}
