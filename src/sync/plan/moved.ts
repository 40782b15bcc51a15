import type { Lock } from "../lock/lock.ts";

export interface Moved {
  from: string;
  to: string;
}

/**
 * Renames addresses in a lock according to `moved` in `playbill.yaml`, along chains of moves in any order. An entry that is still
 * declared under its old address, or whose new address the lock already has, stays. Returns the new resources, for each
 * declared address all that lead to it, and for each renamed entry its former address.
 */
export function applyMoved(
  resources: Lock["resources"],
  moved: readonly Moved[],
  declared: ReadonlySet<string>,
): { resources: Lock["resources"]; movedFrom: Map<string, string[]>; renamed: Map<string, string> } {
  const renamed = new Map<string, string>();
  const movedFrom = new Map<string, string[]>();
  if (moved.length === 0) return { resources, movedFrom, renamed };
  const result = { ...resources };
  const next = Map.groupBy(moved, ({ from }) => from);
  for (const from of next.keys()) {
    const to = declared.has(from) ? undefined : destinationOf(from, next, declared);
    if (to === undefined) continue;
    movedFrom.set(to, [...(movedFrom.get(to) ?? []), from]);
    const entry = result[from];
    if (entry === undefined || result[to] !== undefined) continue;
    result[to] = entry;
    delete result[from];
    renamed.set(to, from);
  }
  return { resources: result, movedFrom, renamed };
}

/** The declared address that moves lead to from this one. Moves may form cycles when a name is used again. */
function destinationOf(
  from: string,
  next: ReadonlyMap<string, readonly Moved[]>,
  declared: ReadonlySet<string>,
): string | undefined {
  const seen = new Set([from]);
  const waiting = [from];
  for (const address of waiting) {
    for (const { to } of next.get(address) ?? []) {
      if (declared.has(to)) return to;
      if (!seen.has(to)) waiting.push(to);
      seen.add(to);
    }
  }
  return undefined;
}
