import { compareText } from "../../kit/json.ts";
import { type Problem, ProblemError, asWarning } from "../../problem.ts";
import { type Field, bindReferences } from "../../resources/fields.ts";
import { type Desired, type Live, type Marker, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import type { Registry } from "../../targets/target.ts";
import { findDoubles } from "../doubles.ts";
import { entryAfter } from "../lock/entry.ts";
import { type Lock, type LockEntry, withResources } from "../lock/lock.ts";
import { ownAddress, revText } from "../marker.ts";
import { type Action, type Plan, type PlannedResource, idOf, writes } from "../plan/plan-format.ts";
import { type Ending, workThrough } from "./graph.ts";
import { type OperationContext, type Outcome, operate, plannedMarker } from "./operation.ts";

export interface ApplyInput {
  plan: Plan;
  kinds: readonly ResourceKind[];
  desired: readonly Desired[];
  registry: Registry;
  /** The lock that the plan was made with. */
  lock: Lock;
  /** Called after every operation, never twice at once. */
  saveLock: (lock: Lock) => Promise<void>;
  /** Markers that a sync from this working copy was about to write when it was cut off. */
  journal: readonly Marker[];
  /** Called with the markers that are about to be written, and with those that are left when all is done. */
  saveJournal: (markers: readonly Marker[]) => Promise<void>;
  /** Called with every object before it is changed or deleted. */
  saveSnapshot: (live: Live, sensitive: readonly Field[]) => Promise<void>;
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
  /** Addresses that depend on one that failed. */
  skipped: string[];
  /** Addresses that were not begun, because of an interrupt or because nothing more could be recorded. */
  notStarted: string[];
  problems: Problem[];
}

const concurrency = 4;

/**
 * Carries a plan out, one call a change. A resource that fails stops only what depends on it. Refused resources and fields with
 * undecided drift are left as they are. Failures are returned as problems; anything else that is thrown is a bug.
 */
export async function apply(input: ApplyInput): Promise<Applied> {
  const { plan, onProgress } = input;
  const applied: Applied = { lock: input.lock, done: [], failed: [], skipped: [], notStarted: [], problems: [] };
  const broken = new AbortController();
  const signal = AbortSignal.any([input.signal, broken.signal]);
  const record = recorder(input, applied, broken);
  const contextFor = contexts(input, applied);
  await record(alreadyAsPlanned(input));
  const work = async (resource: PlannedResource): Promise<Ending> => {
    const { address, action } = resource;
    if (signal.aborted) {
      applied.notStarted.push(address);
      return "done";
    }
    onProgress({ kind: "started", address, action });
    try {
      const outcome = await operate(contextFor(resource));
      await record([[resource, outcome.entry]]);
      applied.done.push({ address, action, id: outcome.id });
      applied.problems.push(...outcome.problems);
      if (outcome.problems.some(({ code }) => code === "marker_not_kept")) broken.abort();
      onProgress({ kind: "done", address, action });
      return "done";
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      applied.failed.push(address);
      applied.problems.push(...error.problems);
      onProgress({ kind: "failed", address, action });
      return "failed";
    }
  };
  const nodes = plan.resources.filter((resource) => writes(resource, plan.prune));
  const dependsOn = dependencies(nodes, input.kinds);
  const others = unfinished(input);
  const markers = nodes.flatMap((node) => plannedMarker(contextFor(node)) ?? []);
  if (markers.length > 0) await input.saveJournal([...others, ...markers]);
  await workThrough({ nodes, dependsOn, work, skip: ({ address }) => applied.skipped.push(address) }, concurrency);
  if (!broken.signal.aborted && markers.length + input.journal.length > 0) await input.saveJournal(others);
  applied.problems.push(...(await doublesAfter(input, applied)));
  return {
    ...applied,
    done: applied.done.toSorted((a, b) => compareText(a.address, b.address)),
    failed: applied.failed.toSorted(compareText),
    skipped: applied.skipped.toSorted(compareText),
    notStarted: applied.notStarted.toSorted(compareText),
  };
}

/** What was cut off before, of addresses that this plan is not about. */
function unfinished({ plan, journal }: ApplyInput): Marker[] {
  const planned = new Set(plan.resources.map(({ address }) => address));
  return journal.filter(({ owner }) => !planned.has(ownAddress(plan, owner) ?? ""));
}

/**
 * What each resource waits for: the resources that it refers to; and one that is deleted waits for everything of the kinds that may refer
 * to it, which come later in the list of kinds.
 */
function dependencies(
  nodes: readonly PlannedResource[],
  kinds: readonly ResourceKind[],
): (node: PlannedResource) => PlannedResource[] {
  const byAddress = new Map(nodes.map((node) => [node.address, node]));
  const rank = new Map(kinds.map(({ name }, index) => [name, index]));
  const rankOf = ({ kind }: PlannedResource) => rank.get(kind) ?? 0;
  return (node) => {
    if (node.action === "delete") return nodes.filter((each) => rankOf(each) > rankOf(node));
    return node.depends_on.flatMap((address) => byAddress.get(address) ?? []);
  };
}

type Recorded = readonly (readonly [PlannedResource, Outcome["entry"]])[];

/**
 * Gives the function that puts entries into the lock and saves it; it resolves when they are saved. One save goes on at a time, and what
 * comes meanwhile is saved by the next. A save that fails aborts `broken`.
 */
function recorder(input: ApplyInput, applied: Applied, broken: AbortController): (entries: Recorded) => Promise<void> {
  let saving = Promise.resolve();
  let next: Promise<void> | null = null;
  const save = async (before: Promise<void>): Promise<void> => {
    await before;
    next = null;
    try {
      await input.saveLock(applied.lock);
    } catch (error) {
      broken.abort();
      throw error;
    }
  };
  return (entries) => {
    const resources = { ...applied.lock.resources };
    for (const [resource, entry] of entries) {
      delete resources[addressIn(input.lock, resource)];
      if (entry !== null) resources[resource.address] = entry;
    }
    const lock = withResources(applied.lock, resources, input.newLineage);
    if (lock === applied.lock) return saving;
    applied.lock = lock;
    if (next === null) next = saving = save(saving);
    return saving;
  };
}

/** What the lock learns without a request: objects found by their marker, those that are gone, fields that now agree. */
function alreadyAsPlanned({ plan, desired, lock, kinds }: ApplyInput): Recorded {
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  const idAt = idsIn(plan, { lock });
  return plan.resources.flatMap((resource): [PlannedResource, LockEntry | null][] => {
    if (resource.action === "forget") return [[resource, null]];
    const wanted = byAddress.get(resource.address);
    if ((resource.action !== "unchanged" && resource.action !== "drifted") || wanted === undefined) return [];
    const kind = kindNamed(kinds, resource.kind);
    const bound = { ...wanted, spec: bindReferences(kind, wanted.spec, idAt) };
    return [[resource, entryAfter(kind, bound, resource, resource, lock.resources[addressIn(lock, resource)])]];
  });
}

/** The id of an address, as far as the lock of the moment has it or the plan saw it. */
function idsIn(plan: Plan, known: { readonly lock: Lock }): (address: string) => string {
  const seen = new Map(plan.resources.map((resource) => [resource.address, idOf(resource)]));
  return (address) => known.lock.resources[address]?.id ?? seen.get(address) ?? address;
}

/** The address under which the lock has a resource: its own, or the one that it is moved from. */
function addressIn(lock: Lock, { address, moved_from }: PlannedResource): string {
  return lock.resources[address] === undefined ? (moved_from ?? address) : address;
}

/** Gives what an operation needs; ids of what was made before it stand in place of addresses. */
function contexts(input: ApplyInput, applied: Applied): (resource: PlannedResource) => OperationContext {
  const { plan, kinds, desired, lock, registry, saveSnapshot } = input;
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  const idAt = idsIn(plan, applied);
  return (resource) => {
    const kind = kindNamed(kinds, resource.kind);
    const wanted = byAddress.get(resource.address);
    return {
      kind,
      resource,
      desired: wanted === undefined ? null : { ...wanted, spec: bindReferences(kind, wanted.spec, idAt) },
      previous: lock.resources[addressIn(lock, resource)],
      scope: plan,
      rev: revText(plan.git),
      registry,
      saveSnapshot,
    };
  };
}

/** Another sync may have made the same objects at the same moment: whoever made one later sees both. */
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
