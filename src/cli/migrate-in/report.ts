import { inShell } from "../../kit/shell.ts";
import { sizeText } from "../../kit/size.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { MovableKind } from "../../server/migrate-in/exported.ts";
import type { MoveReport } from "../../server/migrate-in/migrate-in.ts";
import type { Remark } from "../../server/migrate-in/tally.ts";
import { isPostgresUrl } from "../../server/store/postgres/url.ts";

/** Options of the report. */
interface Told {
  database: string;
  isDry: boolean;
}

/** The number of ids shown in text. */
const mostIds = 3;

const nouns: Record<MovableKind, [one: string, many: string]> = {
  file: ["file", "files"],
  vector_store: ["vector store", "vector stores"],
  "vector_store.file": ["file in vector stores", "files in vector stores"],
  assistant: ["assistant", "assistants"],
  thread: ["thread", "threads"],
  "thread.message": ["message", "messages"],
};

/** The result of a move as text; `next` is the next step. */
export function renderMoved(report: MoveReport, { database, isDry, next }: Told & { next: string }): string {
  const { counts, bytes, leftOut, notes } = report;
  const lines = counts.flatMap(({ kind, stored, there }) => {
    if (stored + there === 0) return [];
    const size = kind === "file" && stored > 0 ? `, ${sizeText(bytes)}` : "";
    const already = there > 0 ? `, ${number(there)} already there` : "";
    return [`  ${number(stored)} ${nouns[kind][stored === 1 ? 0 : 1]}${size}${already}`];
  });
  const title = isDry ? `Would move into ${printableLine(database)}:` : `Moved into ${printableLine(database)}:`;
  const isIndexing = !isDry && counts.some(({ kind, stored }) => kind === "vector_store.file" && stored > 0);
  const blocks = [
    [title, ...lines].join("\n"),
    remarks("Not kept:", leftOut),
    remarks("Kept with changes:", notes),
    isIndexing ? "Files of vector stores are indexed once the server runs." : "",
    isDry ? "" : next,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/**
 * The next step after a move: the command that serves the database `db`. A URL may contain a password and is not printed: if it was `given` as an
 * option, which `serve` does not know, it belongs in the environment.
 */
export function nextStep(serve: string, db: string, given: boolean): string {
  if (!isPostgresUrl(db)) return `Next: ${serve} --db ${inShell(db)}`;
  if (!given) return `Next: ${serve}`;
  return `Next, with the URL of the database in PLAYBILL_DB: ${serve} --db "$PLAYBILL_DB"`;
}

function remarks(title: string, all: readonly Remark[]): string {
  if (all.length === 0) return "";
  return [title, ...all.map((remark) => `  ${remarkText(remark)}`)].join("\n");
}

function remarkText({ what, count, ids }: Remark): string {
  const shown = ids.slice(0, mostIds).map(printableLine).join(", ");
  const rest = ids.length > mostIds || count > ids.length ? ", ..." : "";
  return `${number(count)} x ${printableLine(what)}${shown === "" ? "" : `: ${shown}${rest}`}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** The result of a move as JSON. */
export function movedJson({ counts, bytes, leftOut, notes }: MoveReport, { database, isDry }: Told): string {
  const objects = Object.fromEntries(
    counts.map(({ kind, stored, there }) => [kind, { [isDry ? "to_store" : "stored"]: stored, already_there: there }]),
  );
  const value = { format_version: 1, dry_run: isDry, database, objects, bytes, not_kept: leftOut, notes };
  return `${JSON.stringify(value, null, 2)}\n`;
}
