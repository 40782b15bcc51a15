import { asObject, canonicalJson, compareText, isObject, parseJson } from "../../kit/json.ts";
import { type Problem, problem, advice } from "../../problem.ts";
import { createCompiler } from "../../schema/compiler.ts";
import { type Plan, PlanFormat, type PlannedResource, hashPlan, idOf, planVersion } from "./plan-format.ts";
import { inShell } from "../../kit/shell.ts";
/** True for a text that was meant to be a saved plan, whether or not it can still be used. */
export function isSavedPlan(text: string): boolean {
  const value = parseJson(text);
  return isObject(value) && "plan_hash" in value && "resources" in value;
}

/** Parses a saved plan's text; `file` is its name in problems. */
export function parsePlan(text: string, file: string): { plan: Plan } | { problems: Problem[] } {
  const value = parseJson(text);
  const version = asObject(value).format_version;
  if (typeof version === "number" && version !== planVersion) {
    const which = version < planVersion ? "an earlier" : "a newer";
    const message = `${file} was saved by ${which} version of Playbill, as plan format ${version}`;
    const more = version < planVersion ? again(file) : advice("Upgrade Playbill, or create the plan again.");
    return { problems: [problem("malformed_plan", message, more)] };
  }
  const validate = createCompiler({}).compile<Plan>(PlanFormat);
  if (validate(value)) {
    const { plan_hash, ...body } = value;
    if (hashPlan(body) === plan_hash) return { plan: value };
  }
  return {
    problems: [
      problem(
        "malformed_plan",
        `${file} is not a plan that this version of Playbill saved, or it was edited`,
        again(file),
      ),
    ],
  };
}

function again(file: string): Pick<Problem, "hint" | "fix"> {
  return advice({ purpose: "Create it again", command: `playbill plan --out ${inShell(file)}` });
}

/** The text of a plan file. */
export function serializePlan(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/**
 * Checks that what was reviewed is what would be done now; `fresh` is made with the saved plan's selectors, prune and take. Any
 * difference refuses the complete plan, and each problem names what has changed.
 */
export function verifyPlan(saved: Plan, fresh: Plan): Problem[] {
  if (saved.plan_hash === fresh.plan_hash) return [];
  const problems = [...movedParts(saved, fresh), ...movedResources(saved, fresh)];
  return problems.length > 0 ? problems : [stale("something that the plan depends on has changed")];
}

/** Like `verifyPlan`, when only the hash of the reviewed plan is known. */
export function verifyPlanHash(hash: string, fresh: Plan): Problem[] {
  if (hash === fresh.plan_hash) return [];
  return [stale(`the plan's hash is now ${fresh.plan_hash}, not ${hash}`)];
}

function movedParts(saved: Plan, fresh: Plan): Problem[] {
  const parts: [string, unknown, unknown][] = [
    ["project", saved.project, fresh.project],
    ["target", saved.target, fresh.target],
    ["origin", saved.origin, fresh.origin],
  ];
  const problems = parts
    .filter(([, old, now]) => old !== now)
    .map(([name, old, now]) => stale(`the ${name} was ${String(old)} and is now ${String(now)}`));
  if (saved.configuration !== fresh.configuration) problems.push(stale("the files (or the variables) have changed"));
  if (canonicalJson(saved.lock) !== canonicalJson(fresh.lock)) {
    problems.push(stale(`the lock was at serial ${saved.lock.serial} and is now at ${fresh.lock.serial}`));
  }
  return problems;
}

function movedResources(saved: Plan, fresh: Plan): Problem[] {
  const [old, now] = [saved, fresh].map(({ resources }) => new Map(resources.map((each) => [each.address, each])));
  const addresses = new Set([...old!.keys(), ...now!.keys()]);
  return [...addresses].flatMap((address) => {
    const difference = resourceDifference(old!.get(address), now!.get(address));
    return difference === null ? [] : [stale(`${address}: ${difference}`)];
  });
}

function resourceDifference(old: PlannedResource | undefined, now: PlannedResource | undefined): string | null {
  if (canonicalJson(old) === canonicalJson(now)) return null;
  if (old === undefined) return "was not in the plan";
  if (now === undefined) return "was in the plan and is no longer there";
  if (idOf(old) !== idOf(now)) return `was ${idOf(old) ?? "not there"} and is now ${idOf(now) ?? "not there"}`;
  const fields = editedFields(old, now);
  if (fields.length > 0) return `edited at the target since (${fields.join(", ")})`;
  return old.action === now.action ? "would now be changed differently" : `was to ${old.action}, now to ${now.action}`;
}

function editedFields(old: PlannedResource, now: PlannedResource): string[] {
  if (!("observed" in old) || !("observed" in now)) return [];
  const fields = new Set([...Object.keys(old.observed), ...Object.keys(now.observed)]);
  return [...fields].filter((field) => old.observed[field] !== now.observed[field]).toSorted(compareText);
}

function stale(what: string): Problem {
  return problem("stale_plan", `the plan is out of date: ${what}`, {
    hint: "Create a new plan, review it, and sync that one.",
  });
}
