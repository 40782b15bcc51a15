import { toCanonical } from "../../../src/kit/json.ts";
import type { FieldRule } from "../../../src/resources/fields.ts";
import type { Desired, ResourceKind } from "../../../src/resources/resource.ts";

/** A shelf stands by itself. Its wood cannot be changed: another shelf has to take its place. */
export interface ShelfSpec {
  name: string | null;
  color: string | null;
  wood: string | null;
}

/** A label has no room for a marker, cannot be changed, and does not show what is on its back. */
export interface LabelSpec {
  word: string | null;
  back: string | null;
}

/** A book lies on shelves and bears labels, which it names by their addresses until they have ids. */
export interface BookSpec {
  name: string | null;
  shelves: string[];
  labels: { label: string; name: string; back: string }[];
  notes: Record<string, string>;
}

const text: FieldRule<string | null> = {
  canonical: (value) => toCanonical(value || null),
  cleared: null,
  view: { kind: "text" },
  isEvaluated: false,
  isKeyed: false,
};
const isAddress = (name: string) => /^(shelf|label)\./.test(name);

export const labelKind: ResourceKind<LabelSpec> = {
  name: "label",
  nouns: { one: "label", many: "labels" },
  isMarked: false,
  isOptional: true,
  nameOf: ({ word }) => word,
  fields: {
    word: { ...text, isFixed: true },
    back: { ...text, isFixed: true, isHidden: true },
  },
};

export const shelfKind: ResourceKind<ShelfSpec> = {
  name: "shelf",
  nouns: { one: "shelf", many: "shelves" },
  isMarked: true,
  nameOf: ({ name }) => name,
  fields: { name: text, color: text, wood: { ...text, isFixed: true } },
};

export const bookKind: ResourceKind<BookSpec> = {
  name: "book",
  nouns: { one: "book", many: "books" },
  isMarked: true,
  nameOf: ({ name }) => name,
  fields: {
    name: text,
    shelves: {
      canonical: (shelves) => (shelves.length === 0 ? null : shelves.toSorted()),
      cleared: [],
      view: { kind: "value" },
      isEvaluated: false,
      isKeyed: false,
      references: {
        addresses: (shelves) => shelves.filter(isAddress),
        bind: (shelves, idOf) => shelves.map((shelf) => (isAddress(shelf) ? idOf(shelf) : shelf)),
      },
    },
    labels: {
      canonical: (labels) => (labels.length === 0 ? null : toCanonical(labels)),
      cleared: [],
      view: { kind: "value" },
      isEvaluated: false,
      isKeyed: false,
      references: {
        addresses: (labels) => labels.map(({ label }) => label).filter(isAddress),
        bind: (labels, idOf) =>
          labels.map((each) => (isAddress(each.label) ? { ...each, label: idOf(each.label) } : each)),
      },
    },
    notes: { canonical: toCanonical, cleared: {}, view: { kind: "text" }, isEvaluated: false, isKeyed: true },
  },
};

export const pretendKinds: readonly ResourceKind[] = [labelKind, shelfKind, bookKind];

const common = { protect: false, ignore: [], adopt: null };

export function shelf(name: string, color: string, wood: string | null = null): Desired<ShelfSpec> {
  const declared = ["name", "color", ...(wood === null ? [] : ["wood"])];
  return { ...common, kind: "shelf", address: `shelf.${name}`, spec: { name, color, wood }, declared };
}

/** `label.NAME`; all labels have one word, so that only what is on their backs tells them apart. */
export function label(name: string, back: string): Desired<LabelSpec> {
  return {
    ...common,
    kind: "label",
    address: `label.${name}`,
    spec: { word: "new", back },
    declared: ["word", "back"],
  };
}

export function book(
  name: string,
  shelves: string[],
  notes: Record<string, string> = {},
  labelled: readonly Desired<LabelSpec>[] = [],
): Desired<BookSpec> {
  const labels = labelled.map(({ address, spec }) => ({
    label: address,
    name: address.replace("label.", ""),
    back: spec.back ?? "",
  }));
  const declared = ["name", "shelves", "labels", ...Object.keys(notes).map((key) => `notes.${key}`)];
  return { ...common, kind: "book", address: `book.${name}`, spec: { name, shelves, labels, notes }, declared };
}
