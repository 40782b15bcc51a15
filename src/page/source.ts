import type { IndexRow } from "../page-data/index-row.ts";
import type { FilesChanged, Activity } from "../page-data/live.ts";
import type { RunHead } from "../page-data/run-head.ts";
import type { ProblemPage, ScenarioPage } from "../page-data/scenario-page.ts";

/** The previous run, with the statuses of scenarios that differed. */
export interface EarlierRun {
  /** ISO 8601. */
  began: string;
  statuses: ReadonlyMap<string, IndexRow["status"]>;
}

/** The data source of a page: the blocks of its own file, or a server. The data may change if the source notifies subscribers. */
export interface Source {
  head(this: void): RunHead;
  /** In the order of the files. The same list until something changes. */
  rows(this: void): readonly IndexRow[];
  /** Rejects when it does not exist or is damaged. */
  scenario(this: void, id: string): Promise<ScenarioPage>;
  /** The bytes of an attachment; `null` when they are not available. */
  attachment(this: void, sha256: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The previous run, with the scenarios that differed; `null` when there is none. */
  earlier?(this: void): EarlierRun | null;
  /** The same scenario in that run; `null` when it did not differ, or is not available. */
  before?(this: void, id: string): Promise<ScenarioPage | null>;
  /** Calls `listener` when rows, head or scenarios changed; returns a function that ends the subscription. */
  subscribe?(this: void, listener: () => void): () => void;
  /** The activity, for a page that is served while tests run. */
  live?(this: void): Live;
  /** The actions of a page that is served while tests run. They reject with the reason when they are refused. */
  actions?: Actions;
}

export interface Actions {
  run(this: void, what: readonly string[] | "failed" | "all"): Promise<void>;
  stop(this: void): Promise<void>;
}

/** The activity while tests run. */
export interface Live {
  connection: Connection;
  isRunning: boolean;
  /** The running scenarios, by id. */
  active: ReadonlyMap<string, Activity>;
  changed: FilesChanged | null;
  problems: readonly ProblemPage[];
}

/** `since` is in milliseconds since 1970. `ended`: the server announced that it stops. `refused`: it is a different server now, which requires a different key. */
export type Connection =
  | { kind: "live" }
  | { kind: "lost"; since: number }
  | { kind: "ended"; since: number }
  | { kind: "refused"; since: number };
