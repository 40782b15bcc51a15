import type { ResourceKind } from "../../resources/resource.ts";
import { type Plan, type PlannedResource, collected, isCarriedOut } from "../plan/plan-format.ts";

/** A step for a resource: `main` performs its action, `collect` later deletes the objects that it replaced. */
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
 * What each step waits for: the resources that it refers to. A step that deletes something waits for everything of the kinds that may refer
 * to it, which are later in the list of kinds.
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

/** How one node ended. Nodes that depend on one that is not `done` are skipped. */
export type Ending = "done" | "failed";

interface Graph<T> {
  /** In the order in which they start, as far as their dependencies allow. */
  nodes: readonly T[];
  /** What must be done before a node. Nodes that are not in `nodes` count as done. */
  dependsOn: (node: T) => readonly T[];
  work: (node: T) => Promise<Ending>;
  /** Called for a node that is not started because something that it depends on failed. */
  skip: (node: T) => void;
}

/** Works through a graph with at most `limit` nodes at a time; independent branches run in parallel. */
export async function workThrough<T>({ nodes, dependsOn, work, skip }: Graph<T>, limit: number): Promise<void> {
  const all = new Set(nodes);
  const needs = new Map(nodes.map((node) => [node, new Set(dependsOn(node).filter((each) => all.has(each)))]));
  const dependents = new Map<T, T[]>();
  for (const [node, needed] of needs) {
    for (const each of needed) dependents.set(each, [...(dependents.get(each) ?? []), node]);
  }
  const ready = nodes.filter((node) => needs.get(node)?.size === 0);
  const running = new Map<T, Promise<{ node: T; ending: Ending }>>();
  const skipped = new Set<T>();
  const skipDependents = (node: T): void => {
    for (const each of dependents.get(node) ?? []) {
      if (skipped.has(each)) continue;
      skipped.add(each);
      skip(each);
      skipDependents(each);
    }
  };
  for (let next = 0; next < ready.length || running.size > 0;) {
    for (; next < ready.length && running.size < limit; next += 1) {
      const node = ready[next]!;
      running.set(
        node,
        work(node).then((ending) => ({ node, ending })),
      );
    }
    const { node, ending } = await Promise.race(running.values());
    running.delete(node);
    if (ending === "failed") skipDependents(node);
    for (const each of dependents.get(node) ?? []) {
      needs.get(each)?.delete(node);
      if (needs.get(each)?.size === 0 && !skipped.has(each)) ready.push(each);
    }
  }
}
