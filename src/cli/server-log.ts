import type { Log } from "../server/services.ts";
import { printable, printableLine } from "../kit/terminal-text.ts";
import type { World } from "./world.ts";

/** How the server tells of requests. Its own faults are told in every form, with their stack; `faults` tells nothing else. */
export type LogFormat = "text" | "json" | "faults";

/** Writes log entries to stderr: a line a request, never a key, a body or a query. */
export function createLog({ stderr, now }: Pick<World, "stderr" | "now">, format: LogFormat): Log {
  return (entry) => {
    if (format === "faults" && entry.kind !== "fault") return;
    const time = new Date(now()).toISOString();
    if (entry.kind === "fault") {
      const error = entry.error instanceof Error ? (entry.error.stack ?? entry.error.message) : String(entry.error);
      stderr.write(
        format === "json"
          ? `${JSON.stringify({ time, ...entry, error })}\n`
          : `fault ${entry.requestId ?? ""} ${printable(error)}\n`,
      );
      return;
    }
    const { method, path, status, milliseconds, requestId } = entry;
    stderr.write(
      format === "json"
        ? `${JSON.stringify({ time, ...entry })}\n`
        : `${status} ${method} ${printableLine(path)}  ${Math.round(milliseconds)} ms  ${requestId}\n`,
    );
  };
}
