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

/** Something that a suite can reach, and the name under which that is noted when it does. */
export interface Coverable {
  key: string;
  kind: CoverageKind;
  assistant: string;
  what: string;
  place: Place;
}

/** `unknown`: only `playbill mutate` can tell, and it was not asked. */
export type CoverageState = "covered" | "missed" | "unknown";

/** One thing, and whether the suite reached it. */
export interface CoverageItem {
  kind: CoverageKind;
  assistant: string;
  what: string;
  file: string;
  /** From 1. */
  line: number;
  state: CoverageState;
  /** Of an enum value: false when no expectation of the assistant's scenarios names it. */
  expected?: boolean;
}

/** How many there are of something, and how many of them were reached. */
export interface Count {
  covered: number;
  total: number;
}

/** How much of a project a suite reached: plain JSON, as `--json` and reports have it. */
export interface Coverage extends Count {
  /** Of all that is counted; rounded down to a tenth, so that 100 means everything. */
  percent: number;
  /** What is unknown is not counted. */
  kinds: Partial<Record<CoverageKind, Count>>;
  items: CoverageItem[];
}

/** What was noted of results and of mutations. */
export interface Noted {
  seen: ReadonlySet<string>;
  /** Keys of enum values that expectations name. */
  expected: ReadonlySet<string>;
  /** What mutations say of paragraphs, by key. */
  paragraphs: ReadonlyMap<string, boolean>;
}

/** The coverage of what there is, by what was noted. Things of the same key are the same thing. */
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

/** How many of these items were reached. */
export function countOf(items: readonly Pick<CoverageItem, "state">[]): Count {
  const counted = items.filter(({ state }) => state !== "unknown");
  return { covered: counted.filter(({ state }) => state === "covered").length, total: counted.length };
}

/** A percentage, rounded down to a tenth; of nothing everything is reached. */
export function percentOf({ covered, total }: Count): number {
  return total === 0 ? 100 : Math.floor((covered / total) * 1_000) / 10;
}

function stateOf(isCovered: boolean | undefined): CoverageState {
  if (isCovered === undefined) return "unknown";
  return isCovered ? "covered" : "missed";
}
