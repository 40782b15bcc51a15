import { diffIndices } from "node-diff3";

/** The result of merging two edits of one text. */
export interface MergedText {
  text: string;
  /** The number of places that both edits changed differently; each is in the text between conflict markers, like Git's. */
  conflicts: number;
}

/** The names of the two sides in conflict markers. */
export interface SideNames {
  ours: string;
  theirs: string;
}

/** Lines of `base` from `start` to before `end` that one side replaced; an empty range for inserted lines. */
interface Hunk {
  start: number;
  end: number;
  lines: string[];
}

/** The maximum number of comparisons of equal lines, which take seconds; texts that need more are one conflict. */
const mostComparisons = 20_000_000;

/**
 * Merges two edits of `base`, line by line (diff3). Lines that only one side touched are that side's; where both touched the same lines, or
 * both inserted different lines at one place, both stay between conflict markers.
 */
export function mergeTexts(base: string, ours: string, theirs: string, names: SideNames): MergedText {
  return mergeWith(base, ours, theirs, (one, other) => conflict(one, other, names));
}

/**
 * The same, except that where both touched the same lines, `theirs` are taken. If `ours` has as many lines as the base, they correspond to
 * them one by one, as when only the formatting changed.
 */
export function mergePreferring(base: string, ours: string, theirs: string): string {
  return mergeWith(base, ours, theirs, (_one, other) => other, lineByLine).text;
}

function lineByLine(hunk: Hunk): Hunk[] {
  if (hunk.lines.length !== hunk.end - hunk.start) return [hunk];
  return hunk.lines.map((line, index) => ({ start: hunk.start + index, end: hunk.start + index + 1, lines: [line] }));
}

type Decide = (ours: readonly string[], theirs: readonly string[]) => readonly string[];

function mergeWith(
  base: string,
  ours: string,
  theirs: string,
  decide: Decide,
  split: (hunk: Hunk) => Hunk[] = (hunk) => [hunk],
): MergedText {
  const lines = base.split("\n");
  const hunks = { ours: hunksOf(lines, ours.split("\n")).flatMap(split), theirs: hunksOf(lines, theirs.split("\n")) };
  const merged: string[] = [];
  let conflicts = 0;
  let at = 0;
  for (const region of regionsOf(hunks.ours, hunks.theirs)) {
    merged.push(...lines.slice(at, region.start));
    const sides = [region.ours, region.theirs].map((own) => applied(lines, region, own));
    const [one = [], other = []] = sides;
    if (region.theirs.length === 0 || areSame(one, other)) merged.push(...one);
    else if (region.ours.length === 0) merged.push(...other);
    else {
      conflicts += 1;
      merged.push(...decide(one, other));
    }
    at = region.end;
  }
  return { text: [...merged, ...lines.slice(at)].join("\n"), conflicts };
}

function hunksOf(base: readonly string[], edited: readonly string[]): Hunk[] {
  const [from, ends] = shared(base, edited);
  const inner = [base.slice(from, base.length - ends), edited.slice(from, edited.length - ends)] as const;
  if (inner.every(({ length }) => length === 0)) return [];
  if (comparisons(...inner) > mostComparisons) return [{ start: from, end: base.length - ends, lines: [...inner[1]] }];
  return diffIndices([...inner[0]], [...inner[1]]).map(({ buffer1: [offset, length], buffer2Content }) => ({
    start: from + offset,
    end: from + offset + length,
    lines: buffer2Content,
  }));
}

/** The number of common lines at the beginning, and of the rest at the end. */
function shared(one: readonly string[], other: readonly string[]): [begin: number, end: number] {
  const most = Math.min(one.length, other.length);
  let begin = 0;
  while (begin < most && one[begin] === other[begin]) begin += 1;
  let end = 0;
  while (end < most - begin && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return [begin, end];
}

function comparisons(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of other) counts.set(line, (counts.get(line) ?? 0) + 1);
  return one.reduce((sum, line) => sum + (counts.get(line) ?? 0), 0);
}

/** Lines of the base that one or both sides touched, with the hunks of each. */
interface Region {
  start: number;
  end: number;
  ours: Hunk[];
  theirs: Hunk[];
}

function regionsOf(ours: readonly Hunk[], theirs: readonly Hunk[]): Region[] {
  const all = [
    ...ours.map((hunk) => ({ hunk, side: "ours" as const })),
    ...theirs.map((hunk) => ({ hunk, side: "theirs" as const })),
  ].toSorted((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
  const regions: Region[] = [];
  for (const { hunk, side } of all) {
    const last = regions.at(-1);
    if (last !== undefined && overlap(last, hunk)) {
      last.end = Math.max(last.end, hunk.end);
      last[side].push(hunk);
    } else regions.push({ start: hunk.start, end: hunk.end, ours: [], theirs: [], [side]: [hunk] });
  }
  return regions;
}

/** True when `later`, which begins at or after the region, overlaps it. Lines inserted directly beside a line that the other side changed do not. */
function overlap(region: Region, later: Hunk): boolean {
  if (later.start < region.end) return later.end > later.start || later.start > region.start;
  return region.start === region.end && later.start === later.end && later.start === region.start;
}

function applied(base: readonly string[], { start, end }: Region, hunks: readonly Hunk[]): string[] {
  let at = start;
  const lines: string[] = [];
  for (const hunk of hunks) {
    lines.push(...base.slice(at, hunk.start), ...hunk.lines);
    at = hunk.end;
  }
  return [...lines, ...base.slice(at, end)];
}

function conflict(ours: readonly string[], theirs: readonly string[], names: SideNames): string[] {
  const [begin, end] = shared(ours, theirs);
  return [
    ...ours.slice(0, begin),
    `<<<<<<< ${names.ours}`,
    ...ours.slice(begin, ours.length - end),
    "=======",
    ...theirs.slice(begin, theirs.length - end),
    `>>>>>>> ${names.theirs}`,
    ...ours.slice(ours.length - end),
  ];
}

function areSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
