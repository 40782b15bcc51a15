import type { PlannedResource } from "./plan/plan-format.ts";
import { canonicalJson } from "../kit/json.ts";

/** How much of two objects must be the same to count as one that was renamed. */
const nearlyTheSame = 0.75;
/** One equal field, such as the model, is a coincidence. */
const fewestAlike = 2;

/** Pairs of one that is gone from the files and a new one that is nearly the same. Each is in one pair at most. */
export function findRenames(resources: readonly PlannedResource[]): { from: string; to: string }[] {
  const gone = resources.filter(({ action }) => action === "delete");
  const created = resources.filter(({ action, reason }) => action === "create" && reason === "new");
  const candidates = gone
    .flatMap((old) => created.map((one) => ({ from: old.address, to: one.address, alike: likeness(old, one) })))
    .filter(({ alike }) => alike >= nearlyTheSame)
    .toSorted((a, b) => b.alike - a.alike);
  const pairs: { from: string; to: string }[] = [];
  for (const { from, to } of candidates) {
    if (!pairs.some((pair) => pair.from === from || pair.to === to)) pairs.push({ from, to });
  }
  return pairs;
}

/** The share of fields with equal values; the display name follows the file's name and says nothing. */
function likeness(gone: PlannedResource, created: PlannedResource): number {
  const before = new Map(gone.changes.map(({ field, before }) => [field, canonicalJson(before)]));
  const after = new Map(created.changes.map(({ field, after }) => [field, canonicalJson(after)]));
  const fields = new Set([...before.keys(), ...after.keys()]);
  fields.delete("name");
  const same = [...fields].filter((field) => before.get(field) === after.get(field));
  return same.length < fewestAlike ? 0 : same.length / fields.size;
}
