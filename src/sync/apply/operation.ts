import { type Problem, ProblemError, fail, problem } from "../../problem.ts";
import type { LiveAssistant } from "../../resources/assistant/spec.ts";
import type { Registry } from "../../targets/target.ts";
import { createOnce } from "./create-once.ts";
import type { Desired } from "../desired.ts";
import { entryAfter } from "../lock/entry.ts";
import { canonicalField, fieldHashes, movedFields, toChanges } from "../../resources/fields.ts";
import type { LockEntry } from "../lock/lock.ts";
import { type Scope, markerFor } from "../marker.ts";
import type { PlannedResource } from "../plan/plan-format.ts";
import { canonicalJson } from "../../kit/json.ts";

/** All that carrying out one resource of a plan needs. */
export interface OperationContext {
  resource: PlannedResource;
  /** `null` for one that is to be deleted. */
  desired: Desired | null;
  previous: LockEntry | undefined;
  scope: Scope;
  /** The commit that is applied, or empty. */
  rev: string;
  registry: Registry;
  saveSnapshot: (live: LiveAssistant) => Promise<void>;
}

/** What became of it: the lock's new entry (`null`: none any more), the object's id, and warnings. */
export interface Outcome {
  entry: LockEntry | null;
  id: string;
  problems: Problem[];
}

/** Creates, changes or deletes one object. Throws a ProblemError when it could not, or when the object is not as the plan saw it. */
export async function operate(context: OperationContext): Promise<Outcome> {
  const { resource, desired, registry, scope, rev } = context;
  if (desired === null) return remove(context);
  const marker = markerFor(scope, desired, rev);
  if (resource.action === "create") {
    return written(context, desired, await createOnce(registry, desired.spec, marker));
  }
  const live = await readAsPlanned(context);
  if (live === null) throw new ProblemError([isGone(resource)]);
  await context.saveSnapshot(live);
  const changes = toChanges(resource.changes, live.spec);
  return written(context, desired, await registry.updateAssistant(live, changes, marker));
}

async function remove(context: OperationContext): Promise<Outcome> {
  const live = await readAsPlanned(context);
  if (live !== null) {
    await context.saveSnapshot(live);
    await context.registry.deleteAssistant(live.id);
  }
  return { entry: null, id: context.resource.id ?? "", problems: [] };
}

/** The object as it is now; refused when it is not what was planned for. */
async function readAsPlanned({ resource, registry }: OperationContext): Promise<LiveAssistant | null> {
  const { id, address, observed, owner } = resource;
  const live = id === null ? null : await registry.getAssistant(id);
  if (live === null) return null;
  const moved: string[] = movedFields(observed ?? {}, fieldHashes(live.spec));
  if ((live.marker?.owner ?? null) !== owner) moved.push("its ownership marker");
  if (moved.length === 0) return live;
  return fail("changed_since_plan", `${address}: ${id} was edited after the plan: ${moved.join(", ")}`, {
    hint: "Plan again to see what is there now.",
  });
}

/** Reads back what was written: what came of it goes into the lock, what the target did not keep is a warning. */
async function written(context: OperationContext, desired: Desired, answered: LiveAssistant): Promise<Outcome> {
  const { resource, registry, previous } = context;
  const { live, problems } = await readBack(registry, answered);
  const entry = entryAfter(desired, live.id, fieldHashes(live.spec), resource, previous);
  return { entry, id: live.id, problems: [...problems, ...notKept(resource, desired, live)] };
}

async function readBack(
  registry: Registry,
  answered: LiveAssistant,
): Promise<{ live: LiveAssistant; problems: Problem[] }> {
  try {
    return { live: (await registry.getAssistant(answered.id)) ?? answered, problems: [] };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { live: answered, problems: error.problems.map(asWarning) };
  }
}

function notKept({ address, changes }: PlannedResource, desired: Desired, live: LiveAssistant): Problem[] {
  return changes
    .filter(({ field }) => desired.declared.includes(field))
    .map(({ field }) => field)
    .filter((field) => {
      return canonicalJson(canonicalField(live.spec, field)) !== canonicalJson(canonicalField(desired.spec, field));
    })
    .map((field) =>
      problem("field_not_kept", `${address}: the target did not keep ${field} as it was sent`, {
        hint: "Its server or model may not support this value; `playbill state show` tells what it keeps.",
      }),
    );
}

function asWarning(failure: Problem): Problem {
  return { ...failure, severity: "warning" };
}

function isGone({ address, id }: PlannedResource): Problem {
  return problem("changed_since_plan", `${address}: ${id} was deleted after the plan`, {
    hint: "Plan again to see what is there now.",
  });
}
