import { isObject } from "../../kit/json.ts";
import type { Shard } from "../selection/shard.ts";
import { formatVersion } from "../results/format-version.ts";

/** What the first line of `results.jsonl` says of a run: plain JSON, as it is on disk. */
export interface RunHeader {
  /** The name of its folder, which sorts by time. */
  run: string;
  project: string;
  /** The commit that the project's files stood at, changed or not; `null` outside a Git checkout. */
  commit: string | null;
  /** The version of Playbill. */
  playbill: string;
  target: string;
  /** It talked to the assistants that were synced. */
  deployed: boolean;
  /** It played recordings. */
  replayed: boolean;
  /** How often each scenario was to be run, when the command line said it. */
  repeat: number | null;
  /** Every run was to be carried out, as a sample. */
  all_runs: boolean;
  /** What its order and other choices at random were made with. */
  seed: number;
  /** ISO 8601. */
  began: string;
  /** The ids of the scenarios that were selected, in the order of the files. */
  scenarios: readonly string[];
  /** The run that it goes on with. */
  resumed: string | null;
  /** Which part of a suite it is, and the ids of all that the suite selected; `null` when it is not part. */
  shard: StoredShard | null;
  /** The runs that it was merged of; `null` when it was run as one. */
  merged: readonly string[] | null;
}

/** A part of a suite. */
export interface StoredShard extends Shard {
  /** In the order of the files. */
  suite: readonly string[];
}

/** The oldest format that is still read. */
const oldestVersion = 2;

/** A header of an earlier format has its name only. */
export interface StoredHeader extends Partial<RunHeader> {
  run: string;
  format_version: number;
}

/** A header as a line of text, in the format of today. */
export function headerLine(header: RunHeader | StoredHeader): string {
  const today = { format_version: formatVersion };
  return `${JSON.stringify({ ...today, ...header, ...today })}\n`;
}

/** Reads the first line of a results file. `newer`: a later version of Playbill wrote it; `damaged`: it is not a header. */
export function parseHeader(
  line: string,
): { kind: "header"; header: StoredHeader } | { kind: "newer" } | { kind: "damaged" } {
  const value = parseObject(line);
  if (typeof value?.format_version !== "number" || typeof value.run !== "string") return { kind: "damaged" };
  if (value.format_version > formatVersion) return { kind: "newer" };
  if (value.format_version < oldestVersion) return { kind: "damaged" };
  const { run, format_version } = value;
  return { kind: "header", header: { ...known(value), run, format_version } };
}

/** A line that is a JSON object; `null` when it is something else. */
export function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function known(value: Record<string, unknown>): Partial<RunHeader> {
  const { playbill, target, deployed, repeat, all_runs, seed, began, scenarios, resumed } = value;
  const { project, commit, replayed, shard, merged } = value;
  return {
    ...(typeof project === "string" && { project }),
    ...((typeof commit === "string" || commit === null) && { commit }),
    ...(typeof replayed === "boolean" && { replayed }),
    ...((isShard(shard) || shard === null) && { shard }),
    ...((isListOfTexts(merged) || merged === null) && { merged }),
    ...(typeof playbill === "string" && { playbill }),
    ...(typeof target === "string" && { target }),
    ...(typeof deployed === "boolean" && { deployed }),
    ...((typeof repeat === "number" || repeat === null) && { repeat }),
    ...(typeof all_runs === "boolean" && { all_runs }),
    ...(typeof seed === "number" && { seed }),
    ...(typeof began === "string" && { began }),
    ...(isListOfTexts(scenarios) && { scenarios }),
    ...((typeof resumed === "string" || resumed === null) && { resumed }),
  };
}

function isShard(value: unknown): value is StoredShard {
  if (!isObject(value) || !isListOfTexts(value.suite)) return false;
  return Number.isInteger(value.number) && Number.isInteger(value.of);
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
