import { type Problem, problem, advice } from "../problem.ts";
import type { Plan, RefusedResource } from "./plan/plan-format.ts";

/** The problem for an address that cannot be synced, with what to do about it. */
export function refusalProblem(resource: RefusedResource, { target }: Pick<Plan, "target">): Problem {
  const { message, ...more } = wordsFor(resource, target);
  return problem(resource.reason, message, more);
}

function withArticle(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind.replaceAll("_", " ")}`;
}

function wordsFor(
  { kind, address, reason, id, owner, name }: RefusedResource,
  target: string,
): Pick<Problem, "message" | "hint" | "fix"> {
  switch (reason) {
    case "name_taken":
      return {
        message: `${address}: ${target} already has ${withArticle(kind)} named "${name}" (${id}), which Playbill did not create`,
        hint: [
          "Choose one:",
          `- take it over, and make it match the files:  adopt: ${id}    in the YAML of ${address}`,
          "- leave it alone:                            give yours another `name`",
        ].join("\n"),
      };
    case "not_ours":
      return {
        message: `${address}: ${id} at ${target} belongs to ${owner ?? "another address of this project"}`,
        hint: "Leave it to its owner (give yours another `name`), or remove its `playbill.*` metadata at the target and then `adopt` it.",
      };
    case "marker_missing":
      return {
        message: `${address}: ${id} at ${target} no longer carries Playbill's marker: its metadata was replaced`,
        ...advice(`If it is still yours, put \`adopt: ${id}\` into its YAML.`, {
          purpose: "Otherwise",
          command: `playbill state rm ${address} --target ${target}`,
        }),
      };
    case "marker_twice":
      return {
        message: `${address}: more than one object at ${target} carries its marker, and the lock names none of them`,
        hint: `Choose one with \`adopt:\` in its YAML (the oldest is ${id}). Copying an object copies its marker too.`,
      };
    case "metadata_full":
      return {
        message: `${address}: the metadata of ${id} at ${target} has no room for Playbill's marker, which needs three of the API's 16 entries`,
        hint: "Remove entries that are no longer needed at the target, or from `metadata` in its YAML.",
      };
    case "adopt_missing":
      return {
        message: `${address}: there is no ${id} at ${target} to adopt`,
        hint: "Correct the id under `adopt:`, or remove it to create a new object.",
      };
    case "adopt_other":
      return {
        message: `${address} is already ${id} at ${target}, but \`adopt\` names another object`,
        ...advice("Remove `adopt:`.", {
          purpose: "Or forget the old object first",
          command: `playbill state rm ${address} --target ${target}`,
        }),
      };
    case "adopt_twice":
      return {
        message: `${address}: ${id} is adopted by more than one address`,
        hint: "An object can have only one address. Remove `adopt:` from the others.",
      };
  }
}
