import type { FieldDrift, Plan, PlannedResource } from "../plan/plan-format.ts";
import { refusalProblem } from "../refusal.ts";
import { fieldLines } from "./field-lines.ts";
import { type Line, indented } from "./line.ts";
import { isShort, shortValue } from "./value.ts";
import { printableLine } from "../../kit/terminal-text.ts";

/** The line that stands for a resource: `~ assistant.weather  (moved from assistant.sunny)`. */
export function resourceLine(resource: PlannedResource, plan: Plan): Line {
  const notes = notesFor(resource, plan).join(", ");
  return { mark: markFor(resource), indent: 0, text: resource.address + (notes === "" ? "" : `  (${notes})`) };
}

/** What changes in a resource, then what somebody edited over there. */
export function resourceLines(resource: PlannedResource, plan: Plan, full: boolean): Line[] {
  const { action, changes, drift } = resource;
  const shown = action === "delete" && !full ? [] : changes;
  const refused = action === "refused" ? [refusedLine(resource, plan)] : [];
  return indented([
    ...shown.flatMap((change) => fieldLines(change, full)),
    ...drift.flatMap((each) => driftLines(each, plan.target, full)),
    ...refused,
  ]);
}

/** The resource's own line says its address already. */
function refusedLine(resource: PlannedResource, plan: Plan): Line {
  const { message } = refusalProblem(resource, plan);
  return { mark: "!", indent: 0, text: printableLine(message.replace(`${resource.address}: `, "")) };
}

function driftLines({ field, declared, live, conflict, take }: FieldDrift, target: string, full: boolean): Line[] {
  const both = conflict ? " and changed in the files (conflict)" : "";
  const decision = take === null ? "" : take === "ours" ? "; will be overwritten" : "; left as it is";
  const title: Line = {
    mark: "!",
    indent: 0,
    text: printableLine(`${field} was edited at ${target}${both}${decision}`),
  };
  if (take === "ours") return [title];
  if (isShort(live) && isShort(declared) && field !== "tools") {
    return [{ ...title, text: `${title.text}: there ${shortValue(live)}, here ${shortValue(declared)}` }];
  }
  return [title, ...indented(fieldLines({ field, before: declared, after: live }, full))];
}

function markFor({ action, drift }: PlannedResource): Line["mark"] {
  switch (action) {
    case "create":
      return "+";
    case "delete":
    case "forget":
      return "-";
    case "refused":
    case "drifted":
      return "!";
    case "update":
    case "adopt":
    case "move":
    case "unchanged":
      return drift.some(({ take }) => take === null) ? "!" : "~";
  }
}

function notesFor({ action, reason, id, moved_from, protect }: PlannedResource, { target, prune }: Plan): string[] {
  const notes = [
    action === "create" && reason === "gone" ? `was deleted at ${target}` : null,
    action === "adopt" ? `adopts ${id}` : null,
    action === "forget" ? `already gone at ${target}` : null,
    action === "refused" ? "refused" : null,
    action === "delete" && !prune ? "would be deleted with --prune" : null,
    action === "delete" && protect ? "protected" : null,
    reason === "found_by_marker" ? "found by its marker" : null,
    moved_from === null ? null : `moved from ${moved_from}`,
  ];
  return notes.filter((note) => note !== null).map(printableLine);
}
