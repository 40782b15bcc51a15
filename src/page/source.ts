import type { IndexRow } from "../page-data/index-row.ts";
import type { FilesChanged, Activity } from "../page-data/live.ts";
import type { RunHead } from "../page-data/run-head.ts";
import type { ProblemPage, ScenarioPage } from "../page-data/scenario-page.ts";

/** The run before, and how scenarios that were different then had ended. */
export interface EarlierRun {
  /** ISO 8601. */
  began: string;
  statuses: ReadonlyMap<string, IndexRow["status"]>;
}

/** Where a page gets what it shows: the blocks of its own file, or a server. What is there may change as long as it tells. */
export interface Source {
  head(this: void): RunHead;
  /** In the order of the files. The same list until something changes. */
  rows(this: void): readonly IndexRow[];
  /** Rejects when there is none, or when it is damaged. */
  scenario(this: void, id: string): Promise<ScenarioPage>;
  /** The bytes of an attachment; `null` when they are not there. */
  attachment(this: void, sha256: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The run before, with the scenarios that were different then; `null` when there is none. */
  earlier?(this: void): EarlierRun | null;
  /** The same scenario in that run; `null` when it was not different, or is not there. */
  before?(this: void, id: string): Promise<ScenarioPage | null>;
  /** Calls when rows, head or scenarios changed; gives what ends that. */
  subscribe?(this: void, listener: () => void): () => void;
  /** What goes on, where a page is served while tests run. */
  live?(this: void): Live;
  /** What a page can ask for that is served while tests run. They reject with why it is not done. */
  actions?: Actions;
}

export interface Actions {
  run(this: void, what: readonly string[] | "failed" | "all"): Promise<void>;
  stop(this: void): Promise<void>;
}

/** What goes on while tests run. */
export interface Live {
  connection: Connection;
  isRunning: boolean;
  /** What is being run, by the scenario's id. */
  active: ReadonlyMap<string, Activity>;
  changed: FilesChanged | null;
  problems: readonly ProblemPage[];
}

/** `since` is in milliseconds since 1970. `ended`: the server said that it stops. `refused`: it is another server now, which asks for another key. */
export type Connection =
  | { kind: "live" }
  | { kind: "lost"; since: number }
  | { kind: "ended"; since: number }
  | { kind: "refused"; since: number };
