import type { Lock } from "../lock/lock.ts";

export interface Moved {
  from: string;
  to: string;
}

/**
 * Renames addresses in a lock as `moved` in `playbill.yaml` says. An entry that is still declared under its old address,
 * or whose new address the lock already has, stays. Gives the new resources, and new address -> old one.
 */
export function applyMoved(
  resources: Lock["resources"],
  moved: readonly Moved[],
  declared: ReadonlySet<string>,
): { resources: Lock["resources"]; movedFrom: Map<string, string> } {
  const renamed = { ...resources };
  const movedFrom = new Map<string, string>();
  for (const { from, to } of moved) {
    if (declared.has(from) || renamed[to] !== undefined) continue;
    movedFrom.set(to, movedFrom.get(from) ?? from);
    const entry = renamed[from];
    if (entry === undefined) continue;
    renamed[to] = entry;
    delete renamed[from];
  }
  return { resources: renamed, movedFrom };
}
