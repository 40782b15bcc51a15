import { type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { type Plan, type PlannedResource, changesOf, driftOf } from "../plan/plan-format.ts";
import type { Line } from "./line.ts";
import { isShown, resourceLine } from "./resource-lines.ts";

/** As many resources of one sort are shown each; of more, one line tells. */
const mostShown = 10;

/** What a plan shows together: one resource, or many that differ in nothing worth a line each. */
export type Group = readonly [PlannedResource, ...PlannedResource[]];

/** The resources that a plan has something to say of, in its order; `full` shows each of them. */
export function groupsOf(plan: Plan, kinds: readonly ResourceKind[], full: boolean): Group[] {
  const groups = Map.groupBy(plan.resources.filter(isShown), (each) => keyOf(each, plan, kinds) ?? each.address);
  return [...groups.values()].flatMap((group): Group[] => {
    const [first, ...others] = group as [PlannedResource, ...PlannedResource[]];
    return full || group.length <= mostShown ? group.map((each): Group => [each]) : [[first, ...others]];
  });
}

/** The line that stands for a group: `+ 212 files  4.2 MB`. */
export function groupLine(group: Group, plan: Plan, kinds: readonly ResourceKind[]): Line {
  const [first] = group;
  const line = resourceLine(first, plan);
  const kind = kindNamed(kinds, first.kind);
  const size = kind.brief?.(group.map((each) => sidesOf(each))) ?? "";
  const name = group.length === 1 ? first.address : `${group.length.toLocaleString("en-US")} ${kind.nouns.many}`;
  const words = [name, size, line.text.slice(first.address.length).trim()];
  return { ...line, text: words.filter((each) => each !== "").join("  ") };
}

/** What makes resources one sort: their kind, and all that is said of them besides. */
function keyOf(resource: PlannedResource, plan: Plan, kinds: readonly ResourceKind[]): string | null {
  const isBrief = kindNamed(kinds, resource.kind).brief !== undefined;
  if (!isBrief || resource.action === "refused" || driftOf(resource).length > 0) return null;
  const { mark, text } = resourceLine(resource, plan);
  return `${resource.kind} ${mark}${text.slice(resource.address.length)}`;
}

function sidesOf(resource: PlannedResource): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const changes = changesOf(resource);
  const side = (which: "before" | "after") => Object.fromEntries(changes.map((each) => [each.field, each[which]]));
  return { before: side("before"), after: side("after") };
}
