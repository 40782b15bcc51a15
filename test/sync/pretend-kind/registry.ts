import { ProblemError, problem } from "../../../src/problem.ts";
import type { Live, Marker } from "../../../src/resources/resource.ts";
import type { Registry } from "../../../src/targets/target.ts";

/** A target that keeps whatever kinds of objects it is given, in memory. */
export interface MemoryRegistry extends Registry {
  objects: Map<string, Live>;
  /** What was asked of it that writes: `create shelf.a`. */
  writes: string[];
  /** Owners whose objects cannot be written. */
  refusing: Set<string>;
}

export function createMemoryRegistry(): MemoryRegistry {
  const objects = new Map<string, Live>();
  const writes: string[] = [];
  const refusing = new Set<string>();
  const note = (what: string, marker: Marker | null) => {
    const address = (marker?.owner ?? "").split("/")[2] ?? "";
    writes.push(`${what} ${address}`);
    if (refusing.has(address)) throw new ProblemError([problem("request_refused", `no ${address}`, { api: refused })]);
  };
  const keep = <S extends object>(kind: string, id: string, spec: S, marker: Marker | null): Live<S> => {
    const live = { kind, id, createdAt: objects.size, spec, marker, wire: { id } };
    objects.set(id, live);
    return live;
  };
  return {
    objects,
    writes,
    refusing,
    async *list({ name }) {
      for (const live of objects.values()) if (live.kind === name) yield live as never;
    },
    async *traces() {},
    account: () => null,
    time: () => 0,
    read: () => null,
    get: async (_kind, id) => (objects.get(id) ?? null) as never,
    create: async ({ name }, spec, marker) => {
      note("create", marker);
      return keep(name, `${name}_${objects.size + 1}`, structuredClone(spec), marker);
    },
    update: async ({ name }, live, changes, marker) => {
      note("update", marker);
      return keep(name, live.id, structuredClone({ ...live.spec, ...changes }), marker);
    },
    delete: async (_kind, id) => {
      const marker = objects.get(id)?.marker;
      if (marker != null) note("delete", marker);
      objects.delete(id);
    },
  };
}

const refused = { status: 400, type: null, code: null, param: null, requestId: null };
