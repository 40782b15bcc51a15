import { canonicalJson } from "../../kit/json.ts";
import { isReference, toChanges } from "../../resources/fields.ts";
import { type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { type PlannedResource, changesOf } from "./plan-format.ts";
import { canonicalField } from "../../resources/canonical-fields.ts";

/** The share of two objects that must be the same to count as a rename. */
const nearlyTheSame = 0.75;
/** One equal field, such as the model, may be a coincidence, unless it names the same other resources. */
const fewestAlike = 2;

interface Compared {
  kind: string;
  address: string;
  values: ReadonlyMap<string, string>;
  /** The fields that name other resources. */
  references: ReadonlySet<string>;
}

/** Pairs of a resource that is no longer in the files and a new one that is nearly the same. Each is in at most one pair. */
export function findRenames(
  resources: readonly PlannedResource[],
  kinds: readonly ResourceKind[],
): { from: string; to: string }[] {
  // An object without a marker is identified by its content: under another address it is a different object.
  const marked = resources.filter(({ kind }) => kindNamed(kinds, kind).isMarked);
  const gone = marked
    .filter(({ action }) => action === "delete")
    .map((each) => compared(kindNamed(kinds, each.kind), each, "before"));
  const created = marked
    .filter(({ action, reason }) => action === "create" && reason === "new")
    .map((each) => compared(kindNamed(kinds, each.kind), each, "after"));
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

/** Leaves out the display name, which follows the file's name and shows nothing. */
function compared(kind: ResourceKind, resource: PlannedResource, side: "before" | "after"): Compared {
  const values = changesOf(resource).filter(({ field }) => field !== "name");
  const spec = toChanges(
    kind,
    values.map((each) => ({ field: each.field, after: each[side] })),
    {},
  );
  return {
    kind: resource.kind,
    address: resource.address,
    values: new Map(values.map(({ field }) => [field, canonicalJson(canonicalField(kind, spec, field))])),
    references: new Set(values.map(({ field }) => field).filter((field) => isReference(kind, field))),
  };
}

/** The share of fields with equal values. */
function likeness(gone: Compared, created: Compared): number {
  if (gone.kind !== created.kind) return 0;
  const fields = new Set([...gone.values.keys(), ...created.values.keys()]);
  const same = [...fields].filter((field) => gone.values.get(field) === created.values.get(field));
  const isCoincidence = same.length < fewestAlike && !same.some((field) => gone.references.has(field));
  return isCoincidence ? 0 : same.length / fields.size;
}
