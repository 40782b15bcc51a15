import { printableLine } from "../../kit/terminal-text.ts";
import { viewOf } from "../../resources/fields.ts";
import { type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { refusalProblem } from "../refusal.ts";
import { type FieldDrift, type Plan, type PlannedResource, changesOf, driftOf, idOf } from "../plan/plan-format.ts";
import { fieldLines } from "./field-lines.ts";
import { isShort, valueChange, type Line, indented } from "./line.ts";

/** How the lines of a plan are rendered. */
export interface Shown {
  kinds: readonly ResourceKind[];
  /** Nothing is cut. */
  full: boolean;
  /** What else is known about a resource, by its address. */
  remarks?: Remarks;
}

/** Short remarks about resources, besides what a plan would do, by address. */
export type Remarks = ReadonlyMap<string, string>;

/** True when a plan shows a resource. */
export function isShown({ action, deposed }: PlannedResource): boolean {
  return action !== "unchanged" || deposed !== undefined;
}

/** The line that represents a resource: `~ assistant.weather  (moved from assistant.sunny)`. */
export function resourceLine(resource: PlannedResource, plan: Plan): Line {
  const notes = notesFor(resource, plan).join(", ");
  return { mark: markFor(resource), indent: 0, text: resource.address + (notes === "" ? "" : `  (${notes})`) };
}

/** What changes in a resource, then what was edited at the target. */
export function resourceLines(resource: PlannedResource, plan: Plan, shown: Shown): Line[] {
  const kind = kindNamed(shown.kinds, resource.kind);
  const isTold = (resource.action === "delete" && !shown.full) || kind.brief !== undefined;
  const changes = isTold ? [] : changesOf(resource);
  const remark = shown.remarks?.get(resource.address);
  return indented([
    ...(remark === undefined ? [] : [{ mark: " ", indent: 0, text: printableLine(remark) } as const]),
    ...changes.flatMap((change) => fieldLines(change, viewOf(kind, change.field), shown.full)),
    ...driftOf(resource).flatMap((each) => driftLines(each, resource, plan.target, shown)),
    ...(resource.action === "refused" ? [refusedLine(resource, plan)] : []),
  ]);
}

/** The refusal without the address, which the resource's own line has already. */
function refusedLine(resource: Extract<PlannedResource, { action: "refused" }>, plan: Plan): Line {
  const { message } = refusalProblem(resource, plan);
  return { mark: "!", indent: 0, text: printableLine(message.replace(`${resource.address}: `, "")) };
}

function driftLines(
  { field, declared, live, conflict, take }: FieldDrift,
  resource: PlannedResource,
  target: string,
  { kinds, full }: Shown,
): Line[] {
  const both = conflict ? " and changed in the files (conflict)" : "";
  const overwritten = resource.action === "delete" ? "; will be deleted" : "; will be overwritten";
  const decision = take === null ? "" : take === "ours" ? overwritten : "; left as it is";
  const title: Line = {
    mark: "!",
    indent: 0,
    text: printableLine(`${field} was edited at ${target}${both}${decision}`),
  };
  if (take === "ours" && resource.action !== "delete") return [title];
  const view = viewOf(kindNamed(kinds, resource.kind), field);
  // What was applied to an object that is no longer declared is unknown, except that it was something else.
  if (resource.action === "delete")
    return [title, ...indented(fieldLines({ field, before: null, after: live }, view, full))];
  if (view.kind === "words") return [{ ...title, text: `${title.text}: ${printableLine(view.words(live, declared))}` }];
  if (isShort(live) && isShort(declared) && view.kind !== "parts") {
    return [{ ...title, text: `${title.text}: live ${valueChange(live, declared, true, ", declared ")}` }];
  }
  return [title, ...indented(fieldLines({ field, before: declared, after: live }, view, full))];
}

function markFor(resource: PlannedResource): Line["mark"] {
  if (resource.action === "unchanged" && resource.deposed !== undefined) return "-";
  switch (resource.action) {
    case "create":
      return "+";
    case "delete":
      return "-";
    case "forget":
      return resource.reason === "removed" ? "~" : "-";
    case "refused":
    case "drifted":
      return "!";
    case "update":
    case "replace":
    case "adopt":
    case "move":
    case "mark":
    case "unchanged":
    case "detach":
      return driftOf(resource).some(({ take }) => take === null) ? "!" : "~";
  }
}

function notesFor(resource: PlannedResource, { target, prune }: Plan): string[] {
  const { action, reason, moved_from, protect } = resource;
  const { deposed = [] } = resource;
  const notes = [
    action === "replace" && reason === "expired" ? `expired at ${target}, will be created again` : null,
    // For a file whose content changed, this is obvious.
    action === "replace" && reason !== "expired" && resource.rev !== null ? "will be replaced" : null,
    deposed.length > 0 ? `${deposed.join(", ")}, replaced earlier, will be deleted` : null,
    action === "create" && reason === "gone" ? `was deleted at ${target}` : null,
    action === "adopt" ? `adopts ${idOf(resource)}` : null,
    action === "forget" && reason === "gone" ? `already gone at ${target}` : null,
    action === "forget" && reason === "another_address" ? "the lock named the object of another address here" : null,
    action === "detach" ? `removed in playbill.yaml; ${idOf(resource)} stays at ${target}` : null,
    action === "forget" && reason === "removed" ? `removed in playbill.yaml; stays at ${target}` : null,
    action === "refused" ? "refused" : null,
    action === "delete" && !prune ? "would be deleted with --prune" : null,
    action === "delete" && protect ? "protected" : null,
    reason === "edited" ? `edited at ${target} to match the files, will be written again` : null,
    action === "mark" && reason !== "edited" ? `${protect ? "protected" : "no longer protected"} from now on` : null,
    reason === "found_by_marker" ? "found by its marker" : null,
    reason === "fast_forward" ? `last synced${commitNote(resource)}, which the lock does not record` : null,
    reason === "lock_behind" ? `last synced${commitNote(resource)}, which is not in this checkout` : null,
    moved_from === null ? null : `moved from ${moved_from}`,
  ];
  return notes.filter((note) => note !== null).map(printableLine);
}

function commitNote(resource: PlannedResource): string {
  const rev = "rev" in resource ? (resource.rev ?? "") : "";
  return rev === "" ? "" : ` from commit ${rev.slice(0, 12)}${rev.endsWith("-dirty") ? " with local changes" : ""}`;
}
