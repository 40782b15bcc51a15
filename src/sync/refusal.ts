import { type Problem, problem } from "../problem.ts";
import type { Plan, RefusedResource } from "./plan/plan-format.ts";

/** Why an address cannot be synced, and what to do about it. */
export function refusalProblem(resource: RefusedResource, { target }: Pick<Plan, "target">): Problem {
  const { message, hint } = wordsFor(resource, target);
  return problem(resource.reason, message, { hint });
}

function withArticle(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind.replaceAll("_", " ")}`;
}

function wordsFor(
  { kind, address, reason, id, owner, name }: RefusedResource,
  target: string,
): { message: string; hint: string } {
  switch (reason) {
    case "name_taken":
      return {
        message: `${address}: ${target} already has ${withArticle(kind)} named "${name}" (${id}), which Playbill did not make`,
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
        hint: `If it still is yours, put \`adopt: ${id}\` into its YAML; else: playbill state rm ${address} --target ${target}`,
      };
    case "marker_twice":
      return {
        message: `${address}: more than one object at ${target} carries its marker, and the lock knows none of them`,
        hint: `Say which one it is with \`adopt:\` in its YAML (the oldest is ${id}); a copied object copies the marker too.`,
      };
    case "metadata_full":
      return {
        message: `${address}: the metadata of ${id} at ${target} has no room for our marker, which takes three of the API's 16 entries`,
        hint: "Take entries off there that nobody needs, or out of `metadata` in its YAML.",
      };
    case "adopt_missing":
      return {
        message: `${address}: there is no ${id} at ${target} to adopt`,
        hint: "Correct the id under `adopt:`, or remove it to create a new object.",
      };
    case "adopt_other":
      return {
        message: `${address} already is ${id} at ${target}; \`adopt\` names another one`,
        hint: `Remove \`adopt:\`, or first forget the old one: playbill state rm ${address} --target ${target}`,
      };
    case "adopt_twice":
      return {
        message: `${address}: ${id} is adopted by more than one address`,
        hint: "One object is one address; remove `adopt:` from the others.",
      };
  }
}
