import { type Problem, problem, type Fix, advice } from "../problem.ts";
import { resourceKinds } from "../resources/kinds.ts";
import type { ResourceKind } from "../resources/resource.ts";
import type { Registry } from "../targets/target.ts";
import { doubleProblem } from "./doubles.ts";
import { ownAddress } from "./marker.ts";
import {
  type DeletedResource,
  type Plan,
  type PlannedResource,
  type Take,
  driftOf,
  isCarriedOut,
} from "./plan/plan-format.ts";
import { commandFor } from "./render/command.ts";
import { findRenames } from "./plan/renames.ts";
import { refusalProblem } from "./refusal.ts";

export interface GuardOptions {
  /** The kinds of the plan; by default those of Playbill. */
  kinds?: readonly ResourceKind[];
  /** The number of deletes that the user confirmed. */
  allowDeletes: number | null;
  /** True when a person is asked before anything is destroyed. */
  isAsked?: boolean;
  /** The number of missing objects that the user confirmed. */
  allowMissing?: number | null;
  /** As `Repeated.kept`, for the suggested commands. */
  kept?: readonly string[];
  /** As `Registry.isWhole`: no field of such objects can be left to others. */
  isWhole?: Registry["isWhole"];
}

type RepeatedPlan = Plan & Pick<GuardOptions, "kept" | "isWhole">;

/** A problem for everything in a plan that is too dangerous to apply. An empty list means that it may be applied. */
export function guard(guarded: Plan, options: GuardOptions): Problem[] {
  const { allowMissing = null, kept, isWhole } = options;
  const plan: RepeatedPlan = { ...guarded, ...(kept !== undefined && { kept }), ...(isWhole && { isWhole }) };
  return [
    ...missing(plan, allowMissing),
    ...plan.doubles.map(({ address, ids }) => doubleProblem(address, ids, plan.target)),
    ...refusals(plan),
    ...plan.resources
      .filter(({ action }) => action !== "unchanged" && (action !== "delete" || plan.prune))
      .flatMap((each) => driftProblems(each, plan)),
    ...renames(plan, options.kinds ?? resourceKinds),
    ...(plan.prune ? deletes(plan) : []),
    ...replacements(plan),
    ...tooMany(plan, options),
  ];
}

/** The number of destructive changes above which the user must confirm them. */
function limitFor(managed: number): number {
  return Math.max(3, Math.floor(managed * 0.3));
}

/** With another account, another server or an emptied one, everything that the lock names is missing at once. Kinds are counted separately: there are many files. */
function missing(plan: RepeatedPlan, allowed: number | null): Problem[] {
  const { managed, missing: gone, kinds, target, origin } = plan;
  const isMany = gone === managed || Object.values(kinds).some((each) => each.missing > limitFor(each.managed));
  if (gone === 0 || !isMany || gone === allowed) return [];
  const all = gone === managed ? "none" : `${gone}`;
  return [
    problem(
      "objects_missing",
      `${all} of the ${managed} objects that the lock names ${gone === managed ? "is" : "are missing"} at ${target}`,
      advice(`Check that this is the right server and the right account: ${origin}, and the key in the environment.`, {
        purpose: `If they were deleted${plan.mode.kind === "sync" ? " and should be created again" : ""}, confirm the number`,
        command: commandFor(plan, ["--allow-missing", `${gone}`]),
      }),
    ),
  ];
}

/** Addresses with several objects have been reported already. */
function refusals(plan: Plan): Problem[] {
  const doubled = new Set(plan.doubles.map(({ address }) => address));
  return plan.resources
    .filter((each) => each.action === "refused")
    .filter(({ reason, address }) => reason !== "marker_twice" || !doubled.has(address))
    .map((each) => refusalProblem(each, plan));
}

function deletes(plan: Plan): Problem[] {
  const all = deletedBy(plan);
  return [
    ...all.filter((each) => each.protect).map((each) => isProtected(each, "deleted", plan)),
    ...all.flatMap((each) => notOurs(each, plan)),
  ];
}

/** Objects that have expired may be replaced even when they are protected: they are of no use. */
function replacements(plan: Plan): Problem[] {
  return plan.resources
    .filter(({ action, reason, protect }) => action === "replace" && reason !== "expired" && protect)
    .map((each) => isProtected(each, "replaced", plan));
}

function deletedBy(plan: Plan): DeletedResource[] {
  return plan.resources.filter(
    (each): each is DeletedResource => each.action === "delete" && isCarriedOut(each, plan.prune),
  );
}

function isProtected({ address }: PlannedResource, what: string, { target }: Plan): Problem {
  return problem(
    "protected",
    `${address} is protected and would be ${what}`,
    advice({ purpose: "To allow it", command: `playbill state unprotect ${address} --target ${target}` }),
  );
}

function notOurs({ address, id, owner }: DeletedResource, plan: Plan): Problem[] {
  if (ownAddress(plan, owner) !== null) return [];
  const found = owner === null ? "no longer carries this project's marker" : `is marked as ${owner}`;
  return [
    problem(
      "not_ours",
      `${address} would be deleted, but ${id} ${found}`,
      advice({
        purpose: "To stop managing it",
        command: `playbill state rm ${address} --target ${plan.target}`,
      }),
    ),
  ];
}

/**
 * Deletes and replacements, with each kind counted separately. Different content under the same path is not a loss, although the API creates another object
 * for it: objects without markers count only when they are deleted.
 */
function tooMany(plan: RepeatedPlan, { allowDeletes, isAsked = false }: GuardOptions): Problem[] {
  const { mode, managed, target } = plan;
  const deleted = deletedBy(plan);
  const replaced = plan.resources.filter(
    (each) => each.action === "replace" && each.reason !== "expired" && each.rev !== null,
  );
  const all = [...deleted, ...replaced];
  const isFew =
    mode.kind === "destroy"
      ? all.length === 0 || (isAsked && allowDeletes === null)
      : [...Map.groupBy(all, ({ kind }) => kind)].every(
          ([kind, each]) => each.length <= limitFor(plan.kinds[kind]?.managed ?? 0),
        );
  const count = all.length;
  if (isFew || count === allowDeletes) return [];
  const verbs = [deleted.length > 0 ? "deleted" : "", replaced.length > 0 ? "replaced" : ""].filter(Boolean);
  const what = mode.kind === "destroy" ? `everything of ${plan.project}` : `${count} of the ${managed} managed`;
  const flags = mode.kind === "destroy" && !isAsked ? ["--yes"] : [];
  const number = mode.kind === "destroy" ? `, ${count} ${count === 1 ? "object" : "objects"}` : "";
  return [
    problem(
      "many_deletes",
      `${what} at ${target} would be ${verbs.join(" or ")}${number}`,
      advice({
        purpose: "If that is right, confirm the number",
        command: commandFor(plan, [...flags, "--allow-deletes", `${count}`]),
      }),
    ),
  ];
}

function renames(plan: Plan, kinds: readonly ResourceKind[]): Problem[] {
  return findRenames(plan.resources, kinds).map(({ from, to }) =>
    problem(
      "rename_without_moved",
      `${to} is new and nearly the same as ${from}, which is no longer in the files`,
      advice("If it was renamed, add this to playbill.yaml:", "moved:", `  - { from: ${from}, to: ${to} }`, {
        purpose: "If it is a different one, sync the two separately",
        command: `playbill sync ${to} --target ${plan.target}`,
      }),
    ),
  );
}

/** Edits at the target that are not decided yet; a sync stops for them. The plan itself shows the values. */
function driftProblems(resource: PlannedResource, plan: RepeatedPlan): Problem[] {
  const { address } = resource;
  const { target } = plan;
  const isDeleted = resource.action === "delete";
  const sync = (side: Take) => commandFor({ ...plan, prune: isDeleted }, ["--take", side, address], address);
  const ways: (string | Fix)[] = [
    { purpose: isDeleted ? "To delete it anyway" : "To overwrite it", command: sync("ours") },
    { purpose: "To leave it as it is this time", command: sync("theirs") },
    ...(isDeleted ? [] : [`To keep it: put the value into the YAML${orIgnored(resource, plan)}`]),
  ];
  const undecided = driftOf(resource).filter(({ take }) => take === null);
  if ("reason" in resource && resource.reason === "lock_behind") {
    const isOpen = isDeleted ? resource.take === null : undecided.length > 0;
    return isOpen
      ? [
          lockBehind(
            resource,
            undecided.map(({ field }) => field),
            target,
            ways,
          ),
        ]
      : [];
  }
  return [false, true].flatMap((isConflict) => {
    const fields = undecided.filter(({ conflict }) => conflict === isConflict).map(({ field }) => field);
    if (fields.length === 0) return [];
    const what = isConflict ? `changed both in the files and at ${target}` : `edited at ${target}`;
    const message = `${address}: ${fields.join(", ")} ${fields.length === 1 ? "was" : "were"} ${what}`;
    const hint = isDeleted ? ways : [...ways.slice(0, -1), ...waysToKeep(resource, fields, isConflict, plan)];
    return [problem(isConflict ? "conflict" : "drift", message, advice(...hint))];
  });
}

/** The ways to take an edit at the target into the files. */
function waysToKeep(
  { kind, address }: PlannedResource,
  fields: readonly string[],
  isConflict: boolean,
  plan: RepeatedPlan,
): (string | Fix)[] {
  const { target } = plan;
  if (kind === "file") return [];
  const ignored = orIgnored({ kind }, plan);
  const pull = `playbill pull ${address} --target ${target}`;
  if (!isConflict)
    return [
      { purpose: "To keep it", command: pull },
      ...(ignored === "" ? [] : ["To leave the field to the target: add it to `ignore`"]),
    ];
  return [
    ...(fields.includes("instructions")
      ? [{ purpose: "To merge both instructions", command: `playbill pull ${address} --merge --target ${target}` }]
      : []),
    `To keep it: put the value into the YAML${ignored}`,
  ];
}

function orIgnored({ kind }: Pick<PlannedResource, "kind">, { isWhole }: RepeatedPlan): string {
  return isWhole?.({ name: kind }) === true ? "" : ", or add the field to `ignore`";
}

/** The real cause when no person edited the object: a sync that this checkout does not know. */
function lockBehind(
  { address, action, rev }: Extract<PlannedResource, { rev: string | null }>,
  fields: readonly string[],
  target: string,
  ways: readonly (string | Fix)[],
): Problem {
  const [commit = ""] = (rev ?? "").split("-dirty");
  const cause =
    rev === null || rev === ""
      ? "a sync that this lock does not record"
      : rev === commit
        ? `a sync of commit ${commit.slice(0, 12)}, which this checkout does not have,`
        : `a sync of uncommitted files on top of ${commit.slice(0, 12)},`;
  const what = action === "delete" || fields.length === 0 ? "it" : fields.join(", ");
  const hint = advice(
    ...(commit === ""
      ? [
          "To continue from it, pull the lock that was saved with it.",
          { purpose: "If none was saved", command: `playbill state rebuild --target ${target}` },
        ]
      : rev === commit
        ? ["To continue from it, pull the commit and the lock: git pull (in a shallow clone: git fetch --unshallow)"]
        : []),
    ...ways,
  );
  return problem("lock_behind", `${address}: ${cause} last wrote ${what} at ${target}`, hint);
}
