import type { AssistantSpec } from "../../src/resources/assistant/spec.ts";
import { type Applied, apply } from "../../src/sync/apply/apply.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import type { Desired } from "../../src/resources/resource.ts";
import { expandFields } from "../../src/resources/fields.ts";
import { guard } from "../../src/sync/guard.ts";
import { type Lock, withChanges } from "../../src/sync/lock/lock.ts";
import type { Scope } from "../../src/sync/marker.ts";
import { type Plan, idOf } from "../../src/sync/plan/plan-format.ts";
import { type PlanRequest, makePlan } from "../../src/sync/plan/make-plan.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { type Intent, isMarkerOf } from "../../src/sync/lock/recover.ts";

export const scope: Scope = { project: "desk", target: "prod", origin: "http://embedded.test/v1" };

/** A plan of everything, in which nobody knows of earlier syncs. */
export const emptyOptions = {
  scope,
  history: () => "unknown" as const,
  mode: { kind: "sync" as const },
  moved: [],
  removed: [],
  prune: true,
  selectors: [],
  take: {},
  git: null,
};

/** For kinds whose objects have no content. */
export function noContent(): AsyncIterable<Uint8Array> {
  throw new Error("nothing here has content");
}

export const emptySpec: AssistantSpec = {
  name: null,
  description: null,
  model: "gpt-4o-mini",
  instructions: null,
  temperature: null,
  top_p: null,
  response_format: "auto",
  reasoning_effort: null,
  tools: [],
  metadata: {},
};

/** `assistant.NAME` with these fields declared, besides its name and model. */
export function assistant(
  name: string,
  fields: Partial<AssistantSpec> = {},
  more: Partial<Desired> = {},
): Desired<AssistantSpec> {
  const declared = ["name", "model", ...Object.keys(fields).filter((field) => field !== "name" && field !== "model")];
  return {
    kind: "assistant",
    address: `assistant.${name}`,
    spec: { ...emptySpec, name, ...fields },
    declared: expandFields(assistantKind, declared, fields),
    protect: false,
    ignore: [],
    adopt: null,
    ...(more as Partial<Desired<AssistantSpec>>),
  };
}

interface DeskParts extends Pick<Embedded, "registry"> {
  /** Called before and after everything that is written to disk. */
  onWrite?: () => void;
  contentOf?: (sha256: string) => AsyncIterable<Uint8Array>;
}

/** A working copy: its lock is what was last saved, and survives whatever happens to a sync. */
export interface Desk {
  lock: Lock | null;
  snapshots: string[];
  /** What was to be written by a sync that was cut off. */
  journal: readonly Intent[];
  plan(desired: readonly Desired[], options?: Partial<PlanRequest>): Promise<Plan>;
  sync(desired: readonly Desired[], options?: Partial<PlanRequest>): Promise<Applied>;
}

export function openDesk({ registry, onWrite = () => {}, contentOf = noContent }: DeskParts): Desk {
  const request = (desired: readonly Desired[], options: Partial<PlanRequest>): PlanRequest => ({
    scope,
    kinds: resourceKinds,
    readHistory: async () => (marker) =>
      desk.journal.some((intent) => isMarkerOf(intent, marker)) ? "contained" : "unknown",
    desired,
    moved: [],
    removed: [],
    registry,
    lock: desk.lock,
    journal: desk.journal,
    prune: false,
    selectors: [],
    mode: { kind: "sync" },
    take: {},
    git: null,
    ...options,
  });
  const desk: Desk = {
    lock: null,
    snapshots: [],
    journal: [],
    plan: async (desired, options = {}) => (await makePlan(request(desired, options))).plan,
    async sync(desired, options = {}) {
      const { plan, lock, saved } = await makePlan(request(desired, options));
      return apply({
        plan,
        kinds: options.kinds ?? resourceKinds,
        desired,
        registry,
        lock,
        saved,
        contentOf,
        lockFile: {
          save: async (locked) => {
            onWrite();
            desk.lock = locked;
            onWrite();
          },
          append: async (changes) => {
            onWrite();
            desk.lock = withChanges(desk.lock!, changes);
            onWrite();
          },
        },
        journal: desk.journal,
        saveJournal: async (intents) => {
          onWrite();
          desk.journal = intents;
          onWrite();
        },
        saveSnapshot: async ({ id }) => void desk.snapshots.push(id),
        newLineage: () => "lineage",
        onProgress: () => {},
        signal: new AbortController().signal,
      });
    },
  };
  return desk;
}

/** `assistant.a create`, one line a resource. */
export function actionsOf({ resources }: Plan): string[] {
  return resources.map(({ address, action }) => `${address} ${action}`);
}

/** What guards say against a plan. */
export function codesOf(plan: Plan, allowDeletes: number | null = null): string[] {
  return guard(plan, { allowDeletes }).map(({ code }) => code);
}

/** The ids of a plan's resources, in its order. */
export function idsOf({ resources }: Plan): (string | null)[] {
  return resources.map(idOf);
}

/** A server to which one assistant has been synced. */
export async function synced(...args: Parameters<typeof assistant>) {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const { done } = await desk.sync([assistant(...args)]);
  return { embedded, desk, id: done[0]!.id };
}
