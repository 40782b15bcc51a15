import { canonicalJson } from "../../kit/json.ts";
import { type PlannedResource, changesOf } from "./plan-format.ts";

/** How much of two objects must be the same to count as one that was renamed. */
const nearlyTheSame = 0.75;
/** One equal field, such as the model, is a coincidence. */
const fewestAlike = 2;

interface Compared {
  kind: string;
  address: string;
  values: ReadonlyMap<string, string>;
}

/** Pairs of one that is gone from the files and a new one that is nearly the same. Each is in one pair at most. */
export function findRenames(resources: readonly PlannedResource[]): { from: string; to: string }[] {
  const gone = resources.filter(({ action }) => action === "delete").map((each) => compared(each, "before"));
  const created = resources
    .filter(({ action, reason }) => action === "create" && reason === "new")
    .map((each) => compared(each, "after"));
  const candidates = gone
    .flatMap((old) => created.map((one) => ({ from: old.address, to: one.address, alike: likeness(old, one) })))
    .filter(({ alike }) => alike >= nearlyTheSame)
    .toSorted((a, b) => b.alike - a.alike);
  const paired = new Set<string>();
  return candidates.flatMap(({ from, to }) => {
    if (paired.has(from) || paired.has(to)) return [];
    paired.add(from).add(to);
    return [{ from, to }];
  });
}

/** The display name follows the file's name and says nothing. */
function compared(resource: PlannedResource, side: "before" | "after"): Compared {
  const values = changesOf(resource).filter(({ field }) => field !== "name");
  return {
    kind: resource.kind,
    address: resource.address,
    values: new Map(values.map((change) => [change.field, canonicalJson(change[side])])),
  };
}

/** The share of fields with equal values. */
function likeness(gone: Compared, created: Compared): number {
  if (gone.kind !== created.kind) return 0;
  const fields = new Set([...gone.values.keys(), ...created.values.keys()]);
  const same = [...fields].filter((field) => gone.values.get(field) === created.values.get(field));
  return same.length < fewestAlike ? 0 : same.length / fields.size;
}
