import { printable, printableLine } from "../../kit/terminal-text.ts";
import type { Log, LogEntry } from "../../server/services.ts";
import type { World } from "../world.ts";

/** The format of the request log. The server's own faults are logged in every format, with their stack; `faults` logs nothing else. */
export type LogFormat = "text" | "json" | "faults";

/**
 * Writes log entries to stderr: one line per request, never a key, a body or a query; as text, only noteworthy runs. Text from clients
 * cannot control a terminal or a CI log.
 */
export function createLog({ stderr, now }: Pick<World, "stderr" | "now">, format: LogFormat): Log {
  return (entry) => {
    if (format === "faults" && entry.kind !== "fault") return;
    if (format === "text" && entry.kind === "run" && entry.reason === null) return;
    const told = entry.kind === "fault" ? { ...entry, error: errorText(entry.error) } : entry;
    const time = new Date(now()).toISOString();
    // Our escapes are valid in JSON too.
    const line = format === "json" ? printableLine(JSON.stringify({ time, ...told })) : printable(textLine(told));
    stderr.write(`${line}\n`);
  };
}

type Told = Exclude<LogEntry, { kind: "fault" }> | { kind: "fault"; requestId: string | null; error: string };

function textLine(entry: Told): string {
  if (entry.kind === "fault") return `fault ${entry.requestId ?? ""} ${entry.error}`;
  if (entry.kind === "notice") return `notice ${printableLine(entry.message)}`;
  if (entry.kind === "run") return `${entry.status} ${entry.runId}  ${printableLine(entry.reason ?? "")}`;
  if (entry.kind === "session")
    return `session ${entry.threadId}  was in another process: variables are lost, files are kept`;
  const { method, path, status, milliseconds, requestId, key } = entry;
  const who = key === null ? "" : `  ${key}`;
  return `${status} ${method} ${printableLine(path)}  ${Math.round(milliseconds)} ms  ${requestId}${who}`;
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
