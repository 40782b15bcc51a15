import type { ResourceKind } from "../../resources/resource.ts";
import { type Plan, type PlannedResource, collected, isCarriedOut } from "../plan/plan-format.ts";

/** What is to be done for a resource: what its action says, and later to delete what it has taken the place of. */
export interface Step {
  resource: PlannedResource;
  part: "main" | "collect";
}

/** The steps of a plan, in its order. */
export function stepsOf({ resources, prune }: Plan): Step[] {
  return resources.flatMap((resource): Step[] => {
    const isMain = isCarriedOut(resource, prune);
    const isCollected = collected(resource).length > 0 && !(isMain && resource.action === "delete");
    return [
      ...(isMain ? [{ resource, part: "main" as const }] : []),
      ...(isCollected ? [{ resource, part: "collect" as const }] : []),
    ];
  });
}

/**
 * What each step waits for: the resources that it refers to; and what deletes something waits for everything of the kinds that may refer
 * to it, which come later in the list of kinds.
 */
export function dependencies(steps: readonly Step[], kinds: readonly ResourceKind[]): (step: Step) => Step[] {
  const byAddress = new Map(
    steps.flatMap((step) => (step.part === "main" ? [[step.resource.address, step] as const] : [])),
  );
  const later = new Map(
    kinds.map(({ name }, index) => {
      const names = new Set(kinds.slice(index + 1).map((each) => each.name));
      return [name, steps.filter(({ resource }) => names.has(resource.kind))];
    }),
  );
  return ({ resource, part }) => {
    const after = later.get(resource.kind) ?? [];
    const own = byAddress.get(resource.address);
    if (part === "collect") return own === undefined ? after : [...after, own];
    if (resource.action === "delete") return after;
    return resource.depends_on.flatMap((address) => byAddress.get(address) ?? []);
  };
}
