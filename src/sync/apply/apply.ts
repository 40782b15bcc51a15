import { compareText } from "../../kit/json.ts";
import { type Problem, ProblemError, asWarning } from "../../problem.ts";
import { type Field, bindReferences } from "../../resources/fields.ts";
import { type Desired, type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import type { Registry, Work, WorkProgress } from "../../targets/target.ts";
import { findDoubles } from "../doubles.ts";
import { entryAfter } from "../lock/entry.ts";
import { type Lock, type LockEntry, areSame, idsIn, withDeposed } from "../lock/lock.ts";
import type { LockWriter } from "../lock/lock-file.ts";
import { ownAddress, revText } from "../marker.ts";
import { type Action, type Plan, type PlannedResource, collected, idOf } from "../plan/plan-format.ts";
import { type OperationContext, collect, intentOf, operate } from "./operation.ts";
import { type Recorded, type Recorder, addressIn, createRecorder } from "./recorder.ts";
import { type Ending, workThrough, type Step, dependencies, stepsOf } from "./steps.ts";
import type { Intent } from "../lock/recover.ts";

export interface ApplyInput {
  plan: Plan;
  kinds: readonly ResourceKind[];
  desired: readonly Desired[];
  registry: Registry;
  /** The lock that the plan was made with. */
  lock: Lock;
  /** The resources of the lock on disk, when the plan found more than those. */
  saved?: Lock["resources"];
  /** How many resources are applied in parallel. */
  concurrency?: number;
  /** Written after every operation, never concurrently. */
  lockFile: LockWriter;
  /** What an interrupted sync from this working copy was about to write. */
  journal: readonly Intent[];
  /** Called with what is about to be written, and with what remains at the end. */
  saveJournal: (intents: readonly Intent[]) => Promise<void>;
  /** The bytes with that hash. */
  contentOf: Work["contentOf"];
  /** Called with every object before it is changed or deleted. */
  saveSnapshot: (live: Live, sensitive: readonly Field[]) => Promise<void>;
  newLineage: () => string;
  onProgress: (progress: Progress) => void;
  /** When aborted, no further operation starts; running ones are finished and recorded. */
  signal: AbortSignal;
}

export type Progress =
  | { kind: "started" | "done" | "failed"; address: string; action: Action }
  /** How far work on one resource has come. */
  | ({ kind: "working"; address: string; action: Action } & WorkProgress);

export interface Applied {
  lock: Lock;
  done: { address: string; action: Action; id: string }[];
  /** What was deleted because other objects replaced it. */
  collected: { address: string; id: string }[];
  failed: string[];
  /** Addresses that depend on a failed one. */
  skipped: string[];
  /** Addresses that were not started, because of an interrupt or because nothing more could be recorded. */
  notStarted: string[];
  problems: Problem[];
}

/** The default number of resources that are applied in parallel. */
const usualConcurrency = 4;

/**
 * Applies a plan with one call per change. A resource that fails stops only what depends on it. Refused resources and fields with
 * undecided drift are left as they are. Failures are returned as problems; any error that is thrown is a bug.
 */
export async function apply(input: ApplyInput): Promise<Applied> {
  const { plan, onProgress, concurrency = usualConcurrency, saved = input.lock.resources } = input;
  const applied: Applied = {
    lock: input.lock,
    done: [],
    collected: [],
    failed: [],
    skipped: [],
    notStarted: [],
    problems: [],
  };
  const broken = new AbortController();
  const signal = AbortSignal.any([input.signal, broken.signal]);
  const { record, finish } = createRecorder(input, applied, broken);
  const contextFor = contexts(input, applied, record);
  await record(alreadyAsPlanned(input), !areSame(saved, input.lock.resources));
  const carryOut = async (resource: PlannedResource): Promise<void> => {
    const { address, action } = resource;
    const outcome = await operate(contextFor(resource));
    await record([[resource, outcome.entry]]);
    applied.done.push({ address, action, id: outcome.id });
    applied.problems.push(...outcome.problems);
    if (outcome.problems.some(({ code }) => code === "marker_not_kept")) broken.abort();
    onProgress({ kind: "done", address, action });
  };
  const collectOld = async (resource: PlannedResource): Promise<void> => {
    const { address } = resource;
    const ids = collected(resource);
    await collect(contextFor(resource), ids);
    applied.collected.push(...ids.map((id) => ({ address, id })));
    const entry = applied.lock.resources[addressIn(applied.lock, resource)];
    const isGone = resource.action === "forget" || entry === undefined;
    await record([[resource, isGone ? null : withDeposed(entry, [])]]);
  };
  const work = async ({ resource, part }: Step): Promise<Ending> => {
    const { address, action } = resource;
    if (signal.aborted) {
      if (part === "main") applied.notStarted.push(address);
      return "done";
    }
    if (part === "main") onProgress({ kind: "started", address, action });
    try {
      await (part === "main" ? carryOut(resource) : collectOld(resource));
      return "done";
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      applied.failed.push(address);
      applied.problems.push(...error.problems);
      onProgress({ kind: "failed", address, action });
      return "failed";
    }
  };
  const steps = stepsOf(plan);
  const intents = intentsOf(input, contextFor, steps);
  const others = unfinished(input);
  if (intents.length > 0) await input.saveJournal([...others, ...intents]);
  const skip = ({ resource, part }: Step) => part === "main" && applied.skipped.push(resource.address);
  await workThrough({ nodes: steps, dependsOn: dependencies(steps, input.kinds), work, skip }, concurrency);
  await finish().catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
    // The operation that could not be recorded has reported it too.
    applied.problems.push(...error.problems.filter((each) => !applied.problems.includes(each)));
  });
  if (!broken.signal.aborted && intents.length + input.journal.length > 0) {
    // A failed request may still have reached the target.
    const failed = new Set(applied.failed);
    await input.saveJournal([...others, ...intents.filter(({ owner }) => failed.has(ownAddress(plan, owner) ?? ""))]);
  }
  applied.problems.push(...(await doublesAfter(input, applied)));
  return {
    ...applied,
    done: applied.done.toSorted((a, b) => compareText(a.address, b.address)),
    collected: applied.collected.toSorted((a, b) => compareText(a.address, b.address) || compareText(a.id, b.id)),
    failed: [...new Set(applied.failed)].toSorted(compareText),
    skipped: applied.skipped.toSorted(compareText),
    notStarted: applied.notStarted.toSorted(compareText),
  };
}

/** The interrupted writes of addresses that are not in this plan. */
function unfinished({ plan, journal }: ApplyInput): Intent[] {
  const planned = new Set(plan.resources.map(({ address }) => address));
  return journal.filter(({ owner }) => !planned.has(ownAddress(plan, owner) ?? ""));
}

/** What will be written. References to objects whose id will change are still addresses. */
function intentsOf(
  { plan, registry, desired, kinds }: ApplyInput,
  contextFor: (resource: PlannedResource) => OperationContext,
  steps: readonly Step[],
): Intent[] {
  const since = registry.time();
  const keeps = new Map(
    plan.resources.flatMap((each) => (each.action === "replace" ? [] : [[each.address, idOf(each)]])),
  );
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  return steps.flatMap(({ resource, part }) => {
    const wanted = byAddress.get(resource.address);
    if (part === "collect" || wanted === undefined) return [];
    const kind = kindNamed(kinds, resource.kind);
    const spec = bindReferences(kind, wanted.spec, (address) => keeps.get(address) ?? address);
    return intentOf({ ...contextFor(resource), desired: { ...wanted, spec } }, since) ?? [];
  });
}

/** The entries that change without a request: objects found by their marker, deleted objects, fields that now match. */
function alreadyAsPlanned({ plan, desired, lock, kinds }: ApplyInput): Recorded {
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  const idAt = idsAt(plan, { lock });
  return plan.resources.flatMap((resource): [PlannedResource, LockEntry | null][] => {
    if (resource.action === "forget") return resource.deposed === undefined ? [[resource, null]] : [];
    const wanted = byAddress.get(resource.address);
    if ((resource.action !== "unchanged" && resource.action !== "drifted") || wanted === undefined) return [];
    const kind = kindNamed(kinds, resource.kind);
    const bound = withIds(kind, wanted, idAt);
    const entry = entryAfter(kind, bound, resource, resource, lock.resources[addressIn(lock, resource)]);
    return [[resource, withDeposed(entry, resource.deposed ?? [])]];
  });
}

/** The resource with ids in place of the addresses that it refers to. */
function withIds(kind: ResourceKind, desired: Desired, idAt: (address: string) => string): Desired {
  const { applied } = desired;
  return {
    ...desired,
    spec: bindReferences(kind, desired.spec, idAt),
    ...(applied?.kind === "spec" && { applied: { ...applied, spec: bindReferences(kind, applied.spec, idAt) } }),
  };
}

/** The id of an address, from the current lock or else from the plan; the address itself when neither has one. */
function idsAt(plan: Plan, known: { readonly lock: Lock }): (address: string) => string {
  const seen = new Map(plan.resources.map((resource) => [resource.address, idOf(resource)]));
  return (address) => known.lock.resources[address]?.id ?? seen.get(address) ?? address;
}

/** Creates the function that gives an operation's context, with the ids of objects created earlier in place of addresses. */
function contexts(
  input: ApplyInput,
  applied: Applied,
  record: Recorder["record"],
): (resource: PlannedResource) => OperationContext {
  const { plan, kinds, desired, lock, registry, saveSnapshot, contentOf, onProgress } = input;
  const own = idsIn(lock.resources);
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  const idAt = idsAt(plan, applied);
  return (resource) => {
    const kind = kindNamed(kinds, resource.kind);
    const wanted = byAddress.get(resource.address);
    return {
      kind,
      resource,
      desired: wanted === undefined ? null : withIds(kind, wanted, idAt),
      previous: lock.resources[addressIn(lock, resource)],
      scope: plan,
      rev: revText(plan.git),
      registry,
      saveSnapshot,
      contentOf,
      isOwn: (id) => own.has(id),
      onProgress: (progress) =>
        onProgress({ kind: "working", address: resource.address, action: resource.action, ...progress }),
      recordBegun: (entry) => record([[resource, entry]]),
    };
  };
}

/** Another sync may have created the same objects at the same time: the one that created its object later sees both. */
async function doublesAfter({ plan, kinds, registry }: ApplyInput, { done }: Applied): Promise<Problem[]> {
  const created = new Set(done.filter(({ action }) => action === "create").map(({ address }) => address));
  if (created.size === 0) return [];
  try {
    return await findDoubles(registry, kinds, plan, created);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map(asWarning);
  }
}
