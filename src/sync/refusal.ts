import { type Problem, problem } from "../problem.ts";
import type { Plan, PlannedResource } from "./plan/plan-format.ts";
import { isProblemCode } from "../problem-codes.ts";

/** Why an address cannot be synced, and what to do about it. */
export function refusalProblem(resource: PlannedResource, { target }: Pick<Plan, "target">): Problem {
  if (!isProblemCode(resource.reason)) throw new Error(`${resource.address} is not refused`);
  const { message, hint } = wordsFor(resource, target);
  return problem(resource.reason, message, { hint });
}

function wordsFor(
  { address, reason, id, owner, name }: PlannedResource,
  target: string,
): { message: string; hint: string } {
  switch (reason) {
    case "name_taken":
      return {
        message: `${address}: ${target} already has an assistant named "${name}" (${id}), which Playbill did not make`,
        hint: [
          "Choose one:",
          `- take it over and make it as the files say:  adopt: ${id}    in the YAML of ${address}`,
          "- leave it alone:                             give yours another `name`",
        ].join("\n"),
      };
    case "not_ours":
      return {
        message: `${address}: ${id} at ${target} belongs to ${owner ?? "another address of this project"}`,
        hint: "Leave it to its owner (give yours another `name`), or take its `playbill.*` metadata off there, and then `adopt` it.",
      };
    case "marker_missing":
      return {
        message: `${address}: ${id} at ${target} no longer carries our marker; somebody replaced its metadata`,
        hint: `If it still is yours, put \`adopt: ${id}\` into its YAML; else: playbill state rm ${address}`,
      };
    case "marker_twice":
      return {
        message: `${address}: more than one assistant at ${target} carries its marker, and the lock knows none of them`,
        hint: `Say which one it is with \`adopt:\` in its YAML (the oldest is ${id}); a copied assistant copies the marker too.`,
      };
    case "adopt_missing":
      return {
        message: `${address}: there is no ${id} at ${target} to adopt`,
        hint: "Correct the id under `adopt:`, or remove it to create a new assistant.",
      };
    case "adopt_other":
      return {
        message: `${address} already is ${id} at ${target}; \`adopt\` names another one`,
        hint: `Remove \`adopt:\`, or first forget the old one: playbill state rm ${address}`,
      };
    case "adopt_twice":
      return {
        message: `${address}: ${id} is adopted by more than one address`,
        hint: "One object is one address; remove `adopt:` from the others.",
      };
    case "new":
    case "gone":
    case "declared":
    case "not_declared":
    case "found_by_marker":
    case "lock_behind":
      return { message: `${address} cannot be synced`, hint: "" };
  }
}
