import { type Problem, ProblemError } from "../../problem.ts";
import type { LiveAssistant } from "../../resources/assistant/spec.ts";
import type { Registry } from "../../targets/target.ts";
import type { Desired } from "../desired.ts";
import { entryAfter } from "../lock/entry.ts";
import { type Lock, type LockEntry, withResources } from "../lock/lock.ts";
import { type OperationContext, type Outcome, operate } from "./operation.ts";
import { revText } from "../marker.ts";
import { type Action, type Plan, type PlannedResource, writes } from "../plan/plan-format.ts";
import { compareText } from "../../kit/json.ts";
import { forEachBounded } from "../../kit/parallel.ts";

export interface ApplyInput {
  plan: Plan;
  desired: readonly Desired[];
  registry: Registry;
  /** The lock that the plan was made with. */
  lock: Lock;
  /** Called after every operation, never twice at once. */
  saveLock: (lock: Lock) => Promise<void>;
  /** Called with every object before it is changed or deleted. */
  saveSnapshot: (live: LiveAssistant) => Promise<void>;
  newLineage: () => string;
  onProgress: (progress: Progress) => void;
  /** When aborted, nothing more is begun; what is under way is finished and recorded. */
  signal: AbortSignal;
}

export interface Progress {
  kind: "started" | "done" | "failed";
  address: string;
  action: Action;
}

export interface Applied {
  lock: Lock;
  done: { address: string; action: Action; id: string }[];
  failed: string[];
  /** Addresses that were not begun, because of an interrupt or because the lock could not be saved. */
  notStarted: string[];
  problems: Problem[];
}

const concurrency = 4;

/**
 * Carries a plan out, one call a change. A resource that fails stops no other. Refused resources and fields with
 * undecided drift are left as they are. Failures are returned as problems; anything else that is thrown is a bug.
 */
export async function apply(input: ApplyInput): Promise<Applied> {
  const { plan, onProgress } = input;
  const applied: Applied = { lock: input.lock, done: [], failed: [], notStarted: [], problems: [] };
  const unsaved = new AbortController();
  const signal = AbortSignal.any([input.signal, unsaved.signal]);
  const record = recorder(input, applied, unsaved);
  await record(settled(input, plan.resources));
  await forEachBounded(
    plan.resources.filter(({ action }) => writes(action, plan.prune)),
    concurrency,
    async (resource) => {
      const { address, action } = resource;
      if (signal.aborted) {
        applied.notStarted.push(address);
        return;
      }
      onProgress({ kind: "started", address, action });
      try {
        const outcome = await operate(contextFor(input, resource));
        await record([[resource, outcome.entry]]);
        applied.done.push({ address, action, id: outcome.id });
        applied.problems.push(...outcome.problems);
        onProgress({ kind: "done", address, action });
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        applied.failed.push(address);
        applied.problems.push(...error.problems);
        onProgress({ kind: "failed", address, action });
      }
    },
  );
  applied.done.sort((a, b) => compareText(a.address, b.address));
  return { ...applied, failed: applied.failed.toSorted(), notStarted: applied.notStarted.toSorted() };
}

type Recorded = readonly (readonly [PlannedResource, Outcome["entry"]])[];

/** Gives the function that puts entries into the lock and saves it, one save after the other; a save that fails aborts `unsaved`. */
function recorder(input: ApplyInput, applied: Applied, unsaved: AbortController): (entries: Recorded) => Promise<void> {
  let saving = Promise.resolve();
  return (entries) => {
    const resources = { ...applied.lock.resources };
    for (const [resource, entry] of entries) {
      delete resources[addressIn(input.lock, resource)];
      if (entry !== null) resources[resource.address] = entry;
    }
    const lock = withResources(applied.lock, resources, input.newLineage);
    if (lock === applied.lock) return saving;
    applied.lock = lock;
    saving = saving
      .then(() => input.saveLock(lock))
      .catch((error: unknown) => {
        unsaved.abort();
        throw error;
      });
    return saving;
  };
}

/** What the lock learns without a request: objects found by their marker, those that are gone, fields that now agree. */
function settled({ desired, lock }: ApplyInput, resources: readonly PlannedResource[]): Recorded {
  return resources.flatMap((resource): [PlannedResource, LockEntry | null][] => {
    const { action, address, id, observed } = resource;
    const previous = lock.resources[addressIn(lock, resource)];
    if (action === "forget") return [[resource, null]];
    const wanted = desired.find((each) => each.address === address);
    if ((action !== "unchanged" && action !== "drifted") || wanted === undefined || id === null) return [];
    return [[resource, entryAfter(wanted, id, observed ?? {}, resource, previous)]];
  });
}

/** The address under which the lock has a resource: its own, or the one that it is moved from. */
function addressIn(lock: Lock, { address, moved_from }: PlannedResource): string {
  return lock.resources[address] === undefined ? (moved_from ?? address) : address;
}

function contextFor(input: ApplyInput, resource: PlannedResource): OperationContext {
  const { plan, desired, lock, registry, saveSnapshot } = input;
  return {
    resource,
    desired: desired.find(({ address }) => address === resource.address) ?? null,
    previous: lock.resources[addressIn(lock, resource)],
    scope: plan,
    rev: revText(plan.git),
    registry,
    saveSnapshot,
  };
}
