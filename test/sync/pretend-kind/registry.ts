import { ProblemError, problem } from "../../../src/problem.ts";
import type { Live, Marker, ResourceKind } from "../../../src/resources/resource.ts";
import type { Registry } from "../../../src/targets/target.ts";
import type { BookSpec } from "./kind.ts";

/** A target that keeps whatever kinds of objects it is given, in memory. What a kind does not show is lost. */
export interface MemoryRegistry extends Registry {
  objects: Map<string, Live>;
  /** What was asked of it that writes: `create shelf.a`; of objects without markers, their ids or kinds. */
  writes: string[];
  /** Owners whose objects cannot be written. */
  refusing: Set<string>;
  /** Called before and after every write. */
  onWrite: () => void;
}

export function createMemoryRegistry(): MemoryRegistry {
  const objects = new Map<string, Live>();
  const writes: string[] = [];
  const refusing = new Set<string>();
  let count = 0;
  const note = (what: string, address: string) => {
    writes.push(`${what} ${address}`);
    if (refusing.has(address)) throw new ProblemError([problem("request_refused", `no ${address}`, { api: refused })]);
  };
  const keep = <S extends object>(kind: ResourceKind<S>, live: Omit<Live<S>, "kind" | "wire">): Live<S> => {
    const kept = { ...live, kind: kind.name, spec: shown(kind, live.spec), wire: { id: live.id } };
    objects.set(live.id, kept);
    return kept;
  };
  const whole = <T>(write: () => T): T => {
    registry.onWrite();
    const result = write();
    registry.onWrite();
    return result;
  };
  const registry: MemoryRegistry = {
    objects,
    writes,
    refusing,
    onWrite: () => {},
    async *list({ name }) {
      for (const live of objects.values()) if (live.kind === name) yield live as never;
    },
    content: async () => null,
    async *members() {},
    async *traces({ name }, { spec }) {
      if (name !== "book") return;
      for (const each of (spec as BookSpec).labels) {
        yield { kind: "label", id: each.label, address: `label.${each.name}`, hidden: { back: each.back } };
      }
    },
    account: () => null,
    time: () => count + 1,
    read: () => null,
    get: async (_kind, id) => (objects.get(id) ?? null) as never,
    create: async (kind, spec, marker) =>
      whole(() => {
        note("create", addressOf(marker) ?? kind.name);
        count += 1;
        return keep(kind, { id: `${kind.name}_${count}`, createdAt: count, spec: structuredClone(spec), marker });
      }),
    update: async (kind, live, changes, marker) =>
      whole(() => {
        note("update", addressOf(marker) ?? live.id);
        return keep(kind, { ...live, spec: structuredClone({ ...live.spec, ...changes }), marker });
      }),
    delete: async (_kind, id) =>
      whole(() => {
        const live = objects.get(id);
        if (live === undefined) return;
        note("delete", addressOf(live.marker) ?? id);
        objects.delete(id);
      }),
  };
  return registry;
}

function addressOf(marker: Marker | null): string | undefined {
  return marker?.owner.split("/")[2];
}

function shown<S extends object>(kind: ResourceKind<S>, spec: S): S {
  const rules = Object.entries(kind.fields) as [keyof S, { isHidden?: true; cleared: S[keyof S] }][];
  const hidden = rules.flatMap(([field, { isHidden, cleared }]) =>
    isHidden === true ? [[field, cleared] as const] : [],
  );
  return { ...spec, ...Object.fromEntries(hidden) };
}

const refused = { status: 400, type: null, code: null, param: null, requestId: null };
