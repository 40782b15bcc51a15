import type { IndexRow } from "./index-row.ts";
import type { RunHead } from "./run-head.ts";
import type { ProblemPage } from "./scenario-page.ts";

/** The version of the protocol between server and page; a page of another version must be reloaded. */
export const liveFormat = 1;

/** The activity of a scenario in the current run. Attempts and turns count from 1. */
export type Activity = { kind: "waiting" } | { kind: "running"; attempt: number; turn: number | null };

/** Changed files, and the scenarios that run because of them, each with its reasons. */
export interface FilesChanged {
  files: readonly string[];
  affected: readonly (readonly [id: string, reasons: readonly string[]])[];
}

/** The state of a page that is served while tests run. */
export interface LiveState {
  /** The head of the last run; its counts are those of the rows, whichever run each row is from. */
  head: RunHead;
  /** In the order of the files. */
  rows: readonly IndexRow[];
  active: readonly (readonly [id: string, activity: Activity])[];
  isRunning: boolean;
  /** `null` until files change. */
  changed: FilesChanged | null;
  /** The problems that prevent reading the current files. */
  problems: readonly ProblemPage[];
  /** The problems that prevented the last requested run. */
  refused: readonly ProblemPage[];
}

/** The part of a row about the change since the baseline. */
export type RowChange = Pick<IndexRow, "change" | "before" | "p">;

/** An event that changes a `LiveState`. */
export type LiveEvent =
  /** The current scenarios. Rows of existing scenarios stay unchanged. */
  | { kind: "scenarios"; rows: readonly IndexRow[] }
  | { kind: "begun"; head: RunHead; ids: readonly string[] }
  | { kind: "progress"; id: string; attempt: number; turn: number | null }
  | { kind: "row"; row: IndexRow }
  | { kind: "done"; head: RunHead; changes: readonly (readonly [id: string, change: RowChange])[] }
  /** The run is over, whether or not it completed. */
  | { kind: "idle" }
  | ({ kind: "changed" } & FilesChanged)
  | { kind: "problems" | "refused"; problems: readonly ProblemPage[] };

/** The first answer to a page: the state, and the last message that it includes. */
export interface LiveIndex {
  format_version: number;
  /** The id of the last message that it includes. */
  at: string;
  state: LiveState;
}

/** The names of server-sent events: events of the state, `[LiveEvent, ...]`; a heartbeat; a request to load the complete state again; the end. */
export const messages = { events: "events", beat: "beat", reset: "reset", bye: "bye" } as const;

/** The state after some events. */
export function afterEvents(state: LiveState, events: readonly LiveEvent[]): LiveState {
  const isOfRows = events.some(({ kind }) => kind === "scenarios" || kind === "row" || kind === "done");
  // The same list object as long as nothing in it changes, so that it need not be filtered again.
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

/** The parts of a row that stay valid when its file is read again. */
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
