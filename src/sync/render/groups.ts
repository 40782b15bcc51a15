import { type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { type Action, type Plan, type PlannedResource, changesOf, driftOf } from "../plan/plan-format.ts";
import type { Line } from "./line.ts";
import { isShown, resourceLine } from "./resource-lines.ts";

/** Up to this many similar resources are shown one by one; more are shown as one line. */
const mostShown = 10;

/** What a plan shows together: one resource, or many similar ones that are not worth a line each. */
export type Group = readonly [PlannedResource, ...PlannedResource[]];

/** The groups of resources that a plan shows, in its order; with `full`, each resource is a group. */
export function groupsOf(plan: Plan, kinds: readonly ResourceKind[], full: boolean): Group[] {
  const groups = Map.groupBy(plan.resources.filter(isShown), (each) => keyOf(each, plan, kinds) ?? each.address);
  return [...groups.values()].flatMap((group): Group[] => {
    const [first, ...others] = group as [PlannedResource, ...PlannedResource[]];
    return full || group.length <= mostShown ? group.map((each): Group => [each]) : [[first, ...others]];
  });
}

/** The line that represents a group: `+ 212 files  4.2 MB`. */
export function groupLine(group: Group, plan: Plan, kinds: readonly ResourceKind[]): Line {
  const [first] = group;
  const line = resourceLine(first, plan);
  const kind = kindNamed(kinds, first.kind);
  const size = kind.brief?.(group.map((each) => sidesOf(each))) ?? "";
  const name = group.length === 1 ? first.address : `${group.length.toLocaleString("en-US")} ${kind.nouns.many}`;
  const words = [name, size, line.text.slice(first.address.length).trim()];
  return { ...line, text: words.filter((each) => each !== "").join("  ") };
}

/** The key by which similar resources are grouped: their kind and the rest of their line. */
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

/** `Plan: 1 to create, 2 to update, 3 unchanged. 1 was edited at prod.` */
export function summaryLine(plan: Plan): string {
  const count = (action: Action) => plan.resources.filter((each) => each.action === action).length;
  const released = plan.resources.filter(({ action, reason }) => action === "forget" && reason === "removed").length;
  const counts: [number, string][] = [
    [count("create"), "to create"],
    [count("update"), "to update"],
    [count("replace"), "to replace"],
    [count("adopt"), "to adopt"],
    [count("move"), "to rename"],
    [count("mark"), "to mark"],
    [count("delete"), plan.prune ? "to delete" : "would be deleted with --prune"],
    [count("detach"), "to detach"],
    [count("forget") - released, "already gone"],
    [released, "to forget"],
    [count("refused"), "refused"],
    [plan.resources.filter(isLeft).length, `left as edited at ${plan.target}`],
    [count("unchanged"), "unchanged"],
  ];
  const edited = plan.resources.filter((each) => driftOf(each).some(({ take }) => take === null)).length;
  const old = plan.resources.flatMap(({ deposed = [] }) => deposed).length;
  if (old > 0) counts.push([old, "replaced earlier, to delete"]);
  const parts = counts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  const drift = edited === 0 ? "" : ` ${edited} ${edited === 1 ? "was" : "were"} edited at ${plan.target}.`;
  if (parts.length === 0 && plan.mode.kind === "destroy") return "Plan: nothing to delete.";
  if (parts.length === 0) return edited === 0 ? "Plan: nothing is declared." : `Plan:${drift}`;
  return `Plan: ${parts.join(", ")}.${drift}`;
}

/** True when there is nothing of ours to write, and edits at the target were decided to stay. */
function isLeft(resource: PlannedResource): boolean {
  return resource.action === "drifted" && resource.drift.every(({ take }) => take !== null);
}
