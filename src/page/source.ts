import type { IndexRow } from "../page-data/index-row.ts";
import type { RunHead } from "../page-data/run-head.ts";
import type { ScenarioPage } from "../page-data/scenario-page.ts";

/** Where a page gets what it shows: the blocks of its own file, or a server. What is there may change as long as it tells. */
export interface Source {
  head(this: void): RunHead;
  /** In the order of the files. The same list until something changes. */
  rows(this: void): readonly IndexRow[];
  /** Rejects when there is none, or when it is damaged. */
  scenario(this: void, id: string): Promise<ScenarioPage>;
  /** The bytes of an attachment; `null` when they are not there. */
  attachment(this: void, sha256: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The same scenario in an earlier run; `null` when there is none. */
  before?(this: void, id: string): Promise<ScenarioPage | null>;
  /** Calls when rows, head or scenarios changed; gives what ends that. */
  subscribe?(this: void, listener: () => void): () => void;
  /** What a page can ask for that is served while tests run. */
  actions?: { run(this: void, what: readonly string[] | "failed"): Promise<void>; stop(this: void): Promise<void> };
}
