import { type Problem, problem } from "../../problem.ts";
import type { Incomplete, IncompleteShard } from "../results/incomplete.ts";
import type { RunEnd } from "./run-end.ts";
import type { RunHeader, StoredHeader } from "./run-header.ts";

/** A part of a run, as written by one machine. */
export interface RunPart {
  /** The file, as named on the command line. */
  file: string;
  header: StoredHeader;
  /** `null` when it ended early. */
  end: RunEnd | null;
  /** The ids of the scenarios that have results. */
  done: ReadonlySet<string>;
}

/** The properties that all parts of a run must share, in words. */
const shared: readonly [name: keyof StoredHeader, words: string][] = [
  ["project", "project"],
  ["commit", "commit"],
  ["target", "target"],
  ["deployed", "--deployed"],
  ["replayed", "--replay"],
  ["repeat", "--repeat"],
  ["all_runs", "--all-runs"],
];

/** Why files are not parts of one run; empty when they are. A run that was not split is complete. */
export function mergeProblems(parts: readonly Pick<RunPart, "file" | "header">[]): Problem[] {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return [];
  const unsplit = parts.filter(({ header }) => !header.shard);
  if (unsplit.length > 0) {
    return unsplit.map(({ file }) =>
      cannotMerge(
        `${file} is not a shard of a suite`,
        "Merge the files that playbill test --shard 1/3 --reporter blob=FILE and the other shards wrote.",
      ),
    );
  }
  const foreign = others.flatMap((each) => {
    const difference = differenceOf(first, each);
    return difference === null ? [] : [cannotMerge(difference, "Name only the shards of one run.")];
  });
  if (foreign.length > 0) return foreign;
  return parts.flatMap(({ file, header }, index) => {
    const earlier = parts.slice(0, index).find((each) => each.header.shard?.number === header.shard?.number);
    const which = `shard ${header.shard?.number}/${header.shard?.of}`;
    return earlier === undefined
      ? []
      : [cannotMerge(`${earlier.file} and ${file} are both ${which}`, "Leave out one of them.")];
  });
}

function cannotMerge(message: string, hint: string): Problem {
  return problem("cannot_merge", message, { hint });
}

/** The difference that shows that two files are parts of different runs; `null` when they are parts of one. */
function differenceOf(one: Pick<RunPart, "file" | "header">, other: typeof one): string | null {
  const [a, b] = [one.header, other.header];
  const differing = shared.find(([name]) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
  const about = `${one.file} and ${other.file} are from different suites`;
  if (differing !== undefined) {
    const [name, words] = differing;
    return `${about}: ${words} ${valueText(a[name])} and ${valueText(b[name])}`;
  }
  if (a.shard?.of !== b.shard?.of) return `${about}: split into ${a.shard?.of} and into ${b.shard?.of} shards`;
  const theirs = new Set(b.shard?.suite);
  const only = a.shard?.suite.find((id) => !theirs.has(id)) ?? otherOnly(a, b);
  return only === undefined ? null : `${about}: only one has the scenario ${only}`;
}

function otherOnly(one: StoredHeader, other: StoredHeader): string | undefined {
  const ours = new Set(one.shard?.suite);
  return other.shard?.suite.find((id) => !ours.has(id));
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The ids of all scenarios that belong to the parts of a run, in the order of the files. */
export function suiteOf(parts: readonly RunPart[]): readonly string[] {
  const [first] = parts;
  const selected = first?.header.shard?.suite ?? first?.header.scenarios ?? [];
  return selected.length > 0 ? selected : [...new Set(parts.flatMap(({ done }) => [...done]))];
}

/** The missing parts of a run; `null` when it is complete. */
export function incompleteOf(parts: readonly RunPart[]): Incomplete | null {
  const done = new Set(parts.flatMap((each) => [...each.done]));
  const scenarios = suiteOf(parts).filter((id) => !done.has(id));
  // A run that was merged before records what was missing then.
  const shards = [...incompleteShards(parts), ...parts.flatMap(({ end }) => end?.incomplete?.shards ?? [])];
  return shards.length === 0 && scenarios.length === 0 ? null : { shards, scenarios };
}

function incompleteShards(parts: readonly RunPart[]): IncompleteShard[] {
  const of = parts[0]?.header.shard?.of ?? 0;
  const byNumber = new Map(parts.map((each) => [each.header.shard?.number, each]));
  return Array.from({ length: of }, (_, index) => index + 1).flatMap((number): IncompleteShard[] => {
    const part = byNumber.get(number);
    if (part === undefined) return [{ number, of, why: "missing" }];
    if (part.end === null) return [{ number, of, why: "unfinished" }];
    return part.end.interrupted ? [{ number, of, why: "interrupted" }] : [];
  });
}

/** The header of the merged run. */
export function mergedHeader(
  parts: readonly RunPart[],
  about: Pick<RunHeader, "run" | "playbill" | "began">,
): RunHeader {
  const [first] = parts.map(({ header }) => header);
  const began = parts.flatMap(({ header }) => header.began ?? []).toSorted()[0] ?? about.began;
  return {
    ...about,
    began,
    project: first?.project ?? "",
    commit: first?.commit ?? null,
    target: first?.target ?? "",
    deployed: first?.deployed ?? false,
    replayed: first?.replayed ?? false,
    repeat: first?.repeat ?? null,
    all_runs: first?.all_runs ?? false,
    seed: first?.seed ?? 0,
    scenarios: suiteOf(parts),
    resumed: null,
    shard: null,
    merged: parts.map(({ header }) => header.run),
  };
}

/** The duration of a run from the start of its first part to the end of its last one, in milliseconds. */
export function timeOf(parts: readonly RunPart[]): number {
  const spans = parts.flatMap(({ header, end }) => {
    const begin = Date.parse(header.began ?? "");
    return end === null || Number.isNaN(begin) ? [] : [{ begin, end: begin + end.time }];
  });
  if (spans.length === 0) return 0;
  return Math.max(...spans.map(({ end }) => end)) - Math.min(...spans.map(({ begin }) => begin));
}

/** The comparison of a run with the baseline of its parts; `null` when one of them was not compared. */
export function mergedBaseline(parts: readonly RunPart[]): RunEnd["baseline"] {
  const reports = parts.flatMap(({ end }) => end?.baseline ?? []);
  const [first] = reports;
  if (first === undefined || reports.length < parts.length) return null;
  const entries = new Map(reports.flatMap(({ scenarios }) => scenarios.map((each) => [each.id, each])));
  const place = new Map(suiteOf(parts).map((id, index) => [id, index]));
  const at = (id: string) => place.get(id) ?? Infinity;
  return {
    file: first.file,
    scenarios: [...entries.values()].toSorted((one, other) => at(one.id) - at(other.id) || 0),
  };
}

/** The expectations that the suite lost, according to the parts. */
export function mergedLosses(parts: readonly RunPart[]): RunEnd["against"] {
  return parts.flatMap(({ end }) => end?.against ?? [])[0] ?? null;
}
