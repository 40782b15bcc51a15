import type { Place } from "../../problem.ts";

/** The kinds of things that a suite can reach, in the order in which they are shown. */
export const coverageKinds = [
  "assistant",
  "tool",
  "argument",
  "enum_value",
  "error_path",
  "stub",
  "file",
  "turn",
  "choice",
  "expectation",
  "paragraph",
] as const;
export type CoverageKind = (typeof coverageKinds)[number];

/** Something that a suite can reach, with the key under which it is recorded. */
export interface Coverable {
  key: string;
  kind: CoverageKind;
  assistant: string;
  what: string;
  place: Place;
}

/** `unknown`: only `playbill mutate` can show it, and has not. */
export type CoverageState = "covered" | "missed" | "unknown";

/** An item, and whether the suite reached it. */
export interface CoverageItem {
  kind: CoverageKind;
  assistant: string;
  what: string;
  file: string;
  /** From 1. */
  line: number;
  state: CoverageState;
  /** For an enum value, false when no expectation of the assistant's scenarios names it. */
  expected?: boolean;
}

/** The total number of items, and the number that was reached. */
export interface Count {
  covered: number;
  total: number;
}

/** The part of a project that a suite reached: plain JSON, as in `--json` and reports. */
export interface Coverage extends Count {
  /** The percentage of all counted items, rounded down to a tenth, so that 100 means everything. */
  percent: number;
  /** Unknown items are not counted. */
  kinds: Partial<Record<CoverageKind, Count>>;
  items: CoverageItem[];
}

/** The facts shown by results and mutations. */
export interface Noted {
  seen: ReadonlySet<string>;
  /** Keys of enum values that expectations name. */
  expected: ReadonlySet<string>;
  /** The verdicts of mutations on paragraphs, by key. */
  paragraphs: ReadonlyMap<string, boolean>;
}

/** The coverage of all items. Items with the same key are the same item. */
export function coverageOf(all: Iterable<Coverable>, { seen, expected, paragraphs }: Noted): Coverage {
  const unique = new Map([...all].map((each) => [each.key, each]));
  const items = [...unique.values()].map(({ key, kind, assistant, what, place }): CoverageItem => {
    const state = kind === "paragraph" ? stateOf(paragraphs.get(key)) : stateOf(seen.has(key));
    const { file, line } = place;
    if (kind !== "enum_value") return { kind, assistant, what, file, line, state };
    return { kind, assistant, what, file, line, state, expected: expected.has(key) };
  });
  const counted = items.filter(({ state }) => state !== "unknown");
  const kinds = Object.fromEntries(
    coverageKinds.flatMap((kind) => {
      const own = counted.filter((item) => item.kind === kind);
      return own.length === 0 ? [] : [[kind, countOf(own)]];
    }),
  );
  const count = countOf(counted);
  return { ...count, percent: percentOf(count), kinds, items };
}

/** The number of items, and the number that was reached. */
export function countOf(items: readonly Pick<CoverageItem, "state">[]): Count {
  const counted = items.filter(({ state }) => state !== "unknown");
  return { covered: counted.filter(({ state }) => state === "covered").length, total: counted.length };
}

/** A percentage, rounded down to a tenth; 100 when there are no items. */
export function percentOf({ covered, total }: Count): number {
  return total === 0 ? 100 : Math.floor((covered / total) * 1_000) / 10;
}

function stateOf(isCovered: boolean | undefined): CoverageState {
  if (isCovered === undefined) return "unknown";
  return isCovered ? "covered" : "missed";
}
