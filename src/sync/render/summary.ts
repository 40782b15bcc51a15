import { type Action, type Plan, type PlannedResource, driftOf } from "../plan/plan-format.ts";

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
  if (old > 0) counts.push([old, "replaced earlier to delete"]);
  const parts = counts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  const drift = edited === 0 ? "" : ` ${edited} ${edited === 1 ? "was" : "were"} edited at ${plan.target}.`;
  if (parts.length === 0 && plan.mode.kind === "destroy") return "Plan: nothing to delete.";
  if (parts.length === 0) return edited === 0 ? "Plan: nothing is declared." : `Plan:${drift}`;
  return `Plan: ${parts.join(", ")}.${drift}`;
}

/** Nothing of ours to write, and what was edited at the target is decided to stay. */
function isLeft(resource: PlannedResource): boolean {
  return resource.action === "drifted" && resource.drift.every(({ take }) => take !== null);
}
