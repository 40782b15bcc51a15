import { type Problem, problem } from "../problem.ts";
import type { Plan, PlannedResource } from "./plan/plan-format.ts";
import { driftProblems } from "./drift.ts";
import { ownAddress } from "./marker.ts";
import { refusalProblem } from "./refusal.ts";
import { findRenames } from "./rename.ts";

export interface GuardOptions {
  /** The number of deletes that was said to be right. */
  allowDeletes: number | null;
}

/** Everything about a plan that is too dangerous to do. An empty list: it may be applied. */
export function guard(plan: Plan, { allowDeletes }: GuardOptions): Problem[] {
  return [
    ...plan.resources.filter(({ action }) => action === "refused").map((each) => refusalProblem(each, plan)),
    ...plan.resources.flatMap((each) => driftProblems(each, plan.target)),
    ...renames(plan),
    ...(plan.prune ? deletes(plan, allowDeletes) : []),
  ];
}

function deletes(plan: Plan, allowed: number | null): Problem[] {
  const all = plan.resources.filter(({ action }) => action === "delete");
  return [
    ...all.filter((each) => each.protect).map(isProtected),
    ...all.flatMap((each) => notOurs(each, plan)),
    ...tooMany(all, plan, allowed),
  ];
}

function isProtected({ address }: PlannedResource): Problem {
  return problem("protected", `${address} is protected and would be deleted`, {
    hint: `If it must go: playbill state unprotect ${address}`,
  });
}

function notOurs({ address, id, owner }: PlannedResource, plan: Plan): Problem[] {
  if (ownAddress(plan, owner ?? undefined) !== null) return [];
  const found = owner === null ? "no longer carries our marker" : `is marked as ${owner}`;
  return [
    problem("not_ours", `${address} would be deleted, but ${id} ${found}`, {
      hint: `To leave it alone from now on: playbill state rm ${address}`,
    }),
  ];
}

function tooMany(all: PlannedResource[], { managed, target }: Plan, allowed: number | null): Problem[] {
  const limit = Math.max(3, Math.floor(managed * 0.3));
  if (all.length <= limit || all.length === allowed) return [];
  return [
    problem("many_deletes", `${all.length} of the ${managed} managed at ${target} would be deleted`, {
      hint: `If that is right, say the number: --allow-deletes ${all.length}`,
    }),
  ];
}

function renames(plan: Plan): Problem[] {
  return findRenames(plan.resources).map(({ from, to }) =>
    problem("rename_without_moved", `${to} is new and nearly the same as ${from}, which is gone from the files`, {
      hint: [
        "If it was renamed, say so in playbill.yaml:",
        "moved:",
        `  - { from: ${from}, to: ${to} }`,
        `If it is another one, sync the two apart: playbill sync ${to}`,
      ].join("\n"),
    }),
  );
}
