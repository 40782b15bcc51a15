import { isObject } from "../../kit/json.ts";
import type { Shard } from "../selection/shard.ts";
import { formatVersion } from "../results/format-version.ts";

/** The first line of `results.jsonl`, about the run: plain JSON, as stored on disk. */
export interface RunHeader {
  /** The name of its folder; names sort by time. */
  run: string;
  project: string;
  /** The commit that was checked out, whether files had changed or not; `null` outside a Git checkout. */
  commit: string | null;
  /** The version of Playbill. */
  playbill: string;
  target: string;
  /** True when it used the deployed assistants. */
  deployed: boolean;
  /** True when it replayed recordings. */
  replayed: boolean;
  /** The number of runs of each scenario, if given on the command line. */
  repeat: number | null;
  /** True when every run had to be carried out, as a sample. */
  all_runs: boolean;
  /** The seed of its order and other random choices. */
  seed: number;
  /** ISO 8601. */
  began: string;
  /** The ids of the scenarios that were selected, in the order of the files. */
  scenarios: readonly string[];
  /** The run that it resumes. */
  resumed: string | null;
  /** The part of a suite that it is, with the ids of all selected scenarios; `null` when it is not a part. */
  shard: StoredShard | null;
  /** The runs that it was merged from; `null` when it was not merged. */
  merged: readonly string[] | null;
}

/** A part of a suite. */
export interface StoredShard extends Shard {
  /** In the order of the files. */
  suite: readonly string[];
}

/** The oldest format that is still read. */
const oldestVersion = 2;

/** A header; one of an earlier format has only a name. */
export interface StoredHeader extends Partial<RunHeader> {
  run: string;
  format_version: number;
}

/** A header as a line of text, in the current format. */
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
