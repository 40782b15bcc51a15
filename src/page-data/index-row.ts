import type { BaselineEntry } from "../scenarios/baseline/compare.ts";
import type { ScenarioStatus } from "../scenarios/results/result.ts";

/** A scenario's row in a list; everything else is in its `ScenarioPage`, which is loaded only when it is opened. */
export interface IndexRow {
  id: string;
  name: string;
  file: string;
  /** The line of the first failed expectation; `null` when all hold. */
  line: number | null;
  status: ScenarioStatus;
  tags: readonly string[];
  owner: string | null;
  assistant: string;
  /** Milliseconds, all attempts together. */
  time: number;
  /** US dollars, all attempts together; `null` when unknown. */
  cost: number | null;
  /** The number of counted runs that passed. */
  passed: number;
  counted: number;
  /** Why it did not simply pass, in a sentence. */
  sentence: string | null;
  /** The turn that the sentence is about. */
  turn: number | null;
  /** The sentence without the parts that differ between scenarios that fail for the same reason. */
  cause: string | null;
  /** The change since the baseline; `null` when there was no comparison. */
  change: BaselineEntry["change"] | null;
  /** Its counts in the baseline and, for a regression, its p-value. */
  before: { passed: number; counted: number } | null;
  p: number | null;
  /** The tools that were called, each once. */
  tools: readonly string[];
  /** Milliseconds of each turn of the attempt that shows the verdict, without pauses and delays of stubs. */
  latencies: readonly number[];
}

/** The position of a text in the pack, in characters. */
export interface Span {
  start: number;
  length: number;
}

/** The rows as stored in a report: a list per column, which reduces the size to a third. */
export type Columns = { [Name in keyof IndexRow]: readonly IndexRow[Name][] };

/** The index of a report file. */
export interface FileIndex {
  rows: Columns;
  /** The position of the page of each row. */
  pages: { start: readonly number[]; length: readonly number[] };
  /** The position of each attachment, by its SHA-256. */
  attachments: Readonly<Record<string, Span>>;
  /** `null` when there is no earlier run of mostly the same scenarios. */
  earlier: FileEarlier | null;
}

/** The previous run as stored in a file: the scenarios that differed, in columns, and the positions of their pages. */
export interface FileEarlier {
  run: string;
  began: string;
  id: readonly string[];
  status: readonly ScenarioStatus[];
  pages: FileIndex["pages"];
}

/** Rows as columns. */
export function toColumns(rows: readonly IndexRow[]): Columns {
  const column = <Name extends keyof IndexRow>(name: Name) => rows.map((row) => row[name]);
  return {
    id: column("id"),
    name: column("name"),
    file: column("file"),
    line: column("line"),
    status: column("status"),
    tags: column("tags"),
    owner: column("owner"),
    assistant: column("assistant"),
    time: column("time"),
    cost: column("cost"),
    passed: column("passed"),
    counted: column("counted"),
    sentence: column("sentence"),
    turn: column("turn"),
    cause: column("cause"),
    change: column("change"),
    before: column("before"),
    p: column("p"),
    tools: column("tools"),
    latencies: column("latencies"),
  };
}

/** Columns as rows: the inverse of `toColumns`. */
export function fromColumns(columns: Columns): IndexRow[] {
  return columns.id.map((_, at) => {
    const row = Object.entries(columns).map(([name, column]: [string, readonly unknown[]]) => [name, column[at]]);
    return Object.fromEntries(row) as IndexRow;
  });
}
