import { green, red } from "yoctocolors";
import { type Repeated, commandFor } from "./command.ts";
import type { Applied, Progress } from "../apply/apply.ts";
import { type Action, type Plan, driftOf } from "../plan/plan-format.ts";

/** What a finished action is called; the others write nothing. */
const finished: Partial<Record<Action, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  adopt: "adopted",
  move: "renamed",
  mark: "marked",
  delete: "deleted",
  detach: "detached",
};

/** A line for every resource that is finished or has failed; nothing for its beginning. */
export function renderProgress(progress: Progress, color: boolean): string {
  const { kind, address, action } = progress;
  if (kind === "started" || kind === "working") return "";
  const words = kind === "done" ? `  ${address} ${finished[action]}` : `! ${address} not ${finished[action]}`;
  const style = kind === "done" ? green : red;
  return `${color ? style(words) : words}\n`;
}

/** What a sync did, and how to go on when it did not do everything. */
export function renderApplied(
  plan: Plan & Pick<Repeated, "kept">,
  { done, collected, failed, skipped, notStarted }: Applied,
): string {
  const counts = Object.entries(finished)
    .map(([action, words]) => ({ count: done.filter((each) => each.action === action).length, words }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${count} ${words}`);
  const replaced = new Set(done.filter(({ action }) => action === "replace").map(({ address }) => address));
  const collectedLater = collected.filter(({ address }) => !replaced.has(address)).length;
  if (collectedLater > 0) counts.push(`${collectedLater} replaced earlier deleted`);
  const left = failed.length + skipped.length + notStarted.length;
  const lines = [
    counts.length === 0 && left === 0 ? nothingDone(plan) : `Done: ${counts.join(", ") || "nothing"}.`,
    ...(failed.length === 0 ? [] : [`Failed: ${failed.join(", ")}.`]),
    ...(notStarted.length === 0 ? [] : [`Not begun: ${notStarted.join(", ")}.`]),
    ...(skipped.length === 0 ? [] : [`Skipped, because what they need failed: ${skipped.join(", ")}.`]),
    ...(left === 0 ? [] : [`To go on: ${commandFor(plan, [], ...plan.selectors)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Why nothing was done: nothing differs, or what differs stays. */
function nothingDone({ mode, project, resources, target, selectors, prune }: Plan): string {
  if (mode.kind === "destroy" && resources.length === 0) return `Nothing to do: nothing of ${project} is at ${target}.`;
  if (mode.kind === "rollback") return `Nothing to do: ${target} is as ${mode.to} says.`;
  if (mode.kind === "restore") return `Nothing to do: ${selectors.join(", ")} is as in the snapshot.`;
  const gone = prune ? 0 : resources.filter(({ action }) => action === "delete").length;
  const reasons = [
    ...(gone === 0
      ? []
      : [
          `${gone} ${gone === 1 ? "is" : "are"} no longer in the files, and ${gone === 1 ? "stays" : "stay"} there without --prune`,
        ]),
    ...(resources.every((each) => driftOf(each).length === 0) ? [] : ["what was edited there is left as it is"]),
  ];
  if (reasons.length > 0) return `Nothing was changed at ${target}: ${reasons.join("; ")}.`;
  return `Nothing to do: ${selectors.length === 0 ? target : `what was selected at ${target}`} is as the files say.`;
}
