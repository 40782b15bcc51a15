import { green, red } from "yoctocolors";
import { type Repeated, commandFor } from "./command.ts";
import type { Applied, Progress } from "../apply/apply.ts";
import { type Action, type Plan, driftOf } from "../plan/plan-format.ts";

/** The past participle of each action that writes. */
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

/** A line for a resource that is finished or has failed; empty for other progress. */
export function renderProgress(progress: Progress, color: boolean): string {
  const { kind, address, action } = progress;
  if (kind === "started" || kind === "working") return "";
  const words = kind === "done" ? `  ${address} ${finished[action]}` : `! ${address} not ${finished[action]}`;
  const style = kind === "done" ? green : red;
  return `${color ? style(words) : words}\n`;
}

/** What a sync did, and how to continue when it did not do everything. */
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
  if (collectedLater > 0) counts.push(`${collectedLater} replaced earlier now deleted`);
  const left = failed.length + skipped.length + notStarted.length;
  const lines = [
    counts.length === 0 && left === 0 ? nothingDone(plan) : `Done: ${counts.join(", ") || "nothing"}.`,
    ...(failed.length === 0 ? [] : [`Failed: ${failed.join(", ")}.`]),
    ...(notStarted.length === 0 ? [] : [`Not started: ${notStarted.join(", ")}.`]),
    ...(skipped.length === 0 ? [] : [`Skipped, because what they need failed: ${skipped.join(", ")}.`]),
    ...(left === 0 ? [] : [`To continue: ${commandFor(plan, [], ...plan.selectors)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** The reason why nothing was done: nothing differs, or differences were left as they are. */
function nothingDone({ mode, project, resources, target, selectors, prune }: Plan): string {
  if (mode.kind === "destroy" && resources.length === 0) return `Nothing to do: nothing of ${project} is at ${target}.`;
  if (mode.kind === "rollback") return `Nothing to do: ${target} is as ${mode.to} declares.`;
  if (mode.kind === "restore") return `Nothing to do: ${selectors.join(", ")} is as in the snapshot.`;
  const gone = prune ? 0 : resources.filter(({ action }) => action === "delete").length;
  const reasons = [
    ...(gone === 0
      ? []
      : [
          `${gone} ${gone === 1 ? "is" : "are"} no longer in the files, and ${gone === 1 ? "stays" : "stay"} at the target without --prune`,
        ]),
    ...(resources.every((each) => driftOf(each).length === 0)
      ? []
      : ["what was edited at the target is left as it is"]),
  ];
  if (reasons.length > 0) return `Nothing was changed at ${target}: ${reasons.join("; ")}.`;
  return `Nothing to do: ${selectors.length === 0 ? target : `what was selected at ${target}`} matches the files.`;
}
