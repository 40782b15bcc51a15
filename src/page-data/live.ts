import type { IndexRow } from "./index-row.ts";
import type { RunHead } from "./run-head.ts";
import type { ProblemPage } from "./scenario-page.ts";

/** The version of what a server tells its pages; a page of another version must be loaded again. */
export const liveFormat = 1;

/** What a scenario of the run that goes on is doing. Attempts and turns count from 1. */
export type Activity = { kind: "waiting" } | { kind: "running"; attempt: number; turn: number | null };

/** Files that changed, and the scenarios that are run for it, each with the reasons. */
export interface FilesChanged {
  files: readonly string[];
  affected: readonly (readonly [id: string, reasons: readonly string[]])[];
}

/** What a page shows that is served while tests run. */
export interface LiveState {
  /** Of the last run; what it counts are the rows, whichever run each is of. */
  head: RunHead;
  /** In the order of the files. */
  rows: readonly IndexRow[];
  active: readonly (readonly [id: string, activity: Activity])[];
  isRunning: boolean;
  /** `null` until files change. */
  changed: FilesChanged | null;
  /** Why the files cannot be read as they are. */
  problems: readonly ProblemPage[];
  /** Why what was to be run last was not. */
  refused: readonly ProblemPage[];
}

/** How a scenario did against the baseline, as its row says it. */
export type RowChange = Pick<IndexRow, "change" | "before" | "p">;

/** What changes a `LiveState`. */
export type LiveEvent =
  /** The scenarios that there are now. Of one that there was, the row stays as it was. */
  | { kind: "scenarios"; rows: readonly IndexRow[] }
  | { kind: "begun"; head: RunHead; ids: readonly string[] }
  | { kind: "progress"; id: string; attempt: number; turn: number | null }
  | { kind: "row"; row: IndexRow }
  | { kind: "done"; head: RunHead; changes: readonly (readonly [id: string, change: RowChange])[] }
  /** The run is over, whether or not it came to its end. */
  | { kind: "idle" }
  | ({ kind: "changed" } & FilesChanged)
  | { kind: "problems" | "refused"; problems: readonly ProblemPage[] };

/** What a page asks for first: the state, and what it is the state after. */
export interface LiveIndex {
  format_version: number;
  /** The id of the last message that is in it. */
  at: string;
  state: LiveState;
}

/** The names of server-sent events: events of the state, `[LiveEvent, ...]`; a sign of life; what makes a page ask for the whole state; the end. */
export const messages = { events: "events", beat: "beat", reset: "reset", bye: "bye" } as const;

/** The state after some events. */
export function afterEvents(state: LiveState, events: readonly LiveEvent[]): LiveState {
  const isOfRows = events.some(({ kind }) => kind === "scenarios" || kind === "row" || kind === "done");
  // The same list for as long as nothing in it changes: who filters it need not do so again.
  const rows = isOfRows ? [...state.rows] : (state.rows as IndexRow[]);
  const places = new Map(rows.map(({ id }, at) => [id, at]));
  const active = new Map(state.active);
  const next = { ...state };
  const setRow = (row: IndexRow) => {
    const at = places.get(row.id) ?? rows.length;
    places.set(row.id, at);
    rows[at] = row;
  };
  for (const event of events) {
    switch (event.kind) {
      case "scenarios": {
        const before = new Map(rows.map((row) => [row.id, row]));
        rows.splice(0, rows.length, ...event.rows.map((row) => ({ ...row, ...outcomeOf(before.get(row.id)) })));
        places.clear();
        rows.forEach(({ id }, at) => places.set(id, at));
        break;
      }
      case "begun":
        next.head = event.head;
        next.isRunning = true;
        next.refused = [];
        for (const id of event.ids) active.set(id, { kind: "waiting" });
        break;
      case "progress":
        active.set(event.id, { kind: "running", attempt: event.attempt, turn: event.turn });
        break;
      case "row":
        setRow(event.row);
        active.delete(event.row.id);
        break;
      case "done":
        next.head = event.head;
        for (const [id, change] of event.changes) {
          const row = rows[places.get(id) ?? -1];
          if (row !== undefined) setRow({ ...row, ...change });
        }
        break;
      case "idle":
        next.isRunning = false;
        active.clear();
        break;
      case "changed":
        next.changed = { files: event.files, affected: event.affected };
        break;
      case "problems":
        next.problems = event.problems;
        break;
      case "refused":
        next.refused = event.problems;
        break;
    }
  }
  return { ...next, rows, active: [...active], head: countedHead(next.head, rows) };
}

/** What stays true of a row when its file is read again. */
function outcomeOf(row: IndexRow | undefined): Partial<IndexRow> {
  if (row === undefined) return {};
  const { file: _file, name: _name, tags: _tags, owner: _owner, assistant: _assistant, ...outcome } = row;
  return outcome;
}

function countedHead(head: RunHead, rows: readonly IndexRow[]): RunHead {
  const counts = { ...head.counts };
  for (const status of Object.keys(counts) as (keyof typeof counts)[]) counts[status] = 0;
  for (const { status } of rows) counts[status] += 1;
  return { ...head, counts };
}
