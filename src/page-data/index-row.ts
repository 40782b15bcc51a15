import type { BaselineEntry } from "../scenarios/baseline/compare.ts";
import type { ScenarioStatus } from "../scenarios/results/result.ts";

/** What a list knows of a scenario; everything else is in its `ScenarioPage`, which is only loaded when it is opened. */
export interface IndexRow {
  id: string;
  name: string;
  file: string;
  /** Of the first expectation that does not hold; `null` when all do. */
  line: number | null;
  status: ScenarioStatus;
  tags: readonly string[];
  owner: string | null;
  assistant: string;
  /** Milliseconds, all attempts together. */
  time: number;
  /** US dollars, all attempts together; `null` is unknown. */
  cost: number | null;
  /** Of how many runs that count, how many passed. */
  passed: number;
  counted: number;
  /** Why it is not just passed, in a sentence. */
  sentence: string | null;
  /** The turn that the sentence is about. */
  turn: number | null;
  /** The sentence without what differs between scenarios that fail for the same reason. */
  cause: string | null;
  /** How it did against the baseline; `null` when it was compared with none. */
  change: BaselineEntry["change"] | null;
  /** What the baseline has of it, and of a regression how likely chance would make it so. */
  before: { passed: number; counted: number } | null;
  p: number | null;
  /** The tools that were called, each once. */
  tools: readonly string[];
  /** Milliseconds of each turn of the attempt that shows the verdict, without pauses and delays of stubs. */
  latencies: readonly number[];
}

/** Where a text is in the pack, in characters. */
export interface Span {
  start: number;
  length: number;
}

/** The rows as they are in a report: a list for each column, which makes them a third of the size. */
export type Columns = { [Name in keyof IndexRow]: readonly IndexRow[Name][] };

/** What the index of a file holds. */
export interface FileIndex {
  rows: Columns;
  /** Where the page of each row is. */
  pages: { start: readonly number[]; length: readonly number[] };
  /** Where each attachment is, by its SHA-256. */
  attachments: Readonly<Record<string, Span>>;
  /** `null` when there is no run before it of mostly the same scenarios. */
  earlier: FileEarlier | null;
}

/** The run before, as a file holds it: the scenarios that were different then, in columns, and where their pages are. */
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
