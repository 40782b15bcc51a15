import { toCanonical } from "../../../src/kit/json.ts";
import type { FieldRule } from "../../../src/resources/fields.ts";
import type { Desired, ResourceKind } from "../../../src/resources/resource.ts";

/** A shelf stands by itself. */
export interface ShelfSpec {
  name: string | null;
  color: string | null;
}

/** A book lies on shelves, which it names by their addresses until they have ids. */
export interface BookSpec {
  name: string | null;
  shelves: string[];
  notes: Record<string, string>;
}

const text: FieldRule<string | null> = {
  canonical: (value) => toCanonical(value || null),
  cleared: null,
  view: { kind: "text" },
  isEvaluated: false,
  isKeyed: false,
};
const isAddress = (name: string) => name.startsWith("shelf.");

export const shelfKind: ResourceKind<ShelfSpec> = {
  name: "shelf",
  nouns: { one: "shelf", many: "shelves" },
  isMarked: true,
  nameOf: ({ name }) => name,
  fields: { name: text, color: text },
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
    notes: { canonical: toCanonical, cleared: {}, view: { kind: "text" }, isEvaluated: false, isKeyed: true },
  },
};

export const pretendKinds: readonly ResourceKind[] = [shelfKind, bookKind];

const common = { protect: false, ignore: [], adopt: null };

export function shelf(name: string, color: string): Desired<ShelfSpec> {
  return { ...common, kind: "shelf", address: `shelf.${name}`, spec: { name, color }, declared: ["name", "color"] };
}

export function book(name: string, shelves: string[], notes: Record<string, string> = {}): Desired<BookSpec> {
  const declared = ["name", "shelves", ...Object.keys(notes).map((key) => `notes.${key}`)];
  return { ...common, kind: "book", address: `book.${name}`, spec: { name, shelves, notes }, declared };
}
