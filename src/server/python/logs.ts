/** Why a session ended during a run. */
export type Loss = "time" | "memory" | "crash";

export interface RunEnd {
  /** stdout and stderr. */
  output: string;
  /** The number of bytes of output that were left out. */
  dropped: number;
  /** The run was stopped at the time limit. */
  timedOut: boolean;
  /** Python ran out of memory, but is still running. */
  outOfMemory: boolean;
  lost: Loss | null;
  /** The number of files and images that were refused. */
  leftOut: number;
}

/** What the model reads if the session is not that of the previous calls. */
export const sessionLost = "[the session was lost: variables are gone, files are kept]\n";

/** The logs of a run: what it printed, then a line for each limit it met. */
export function renderLogs(end: RunEnd, limits: { timeLimit: number; memoryLimit: number }): string {
  const notes = [
    end.dropped > 0 && `[${end.dropped} more bytes of output left out]`,
    end.timedOut && `[stopped: the time limit of ${limits.timeLimit / 1000} s was exceeded]`,
    (end.outOfMemory || end.lost === "memory") && `[the memory limit of ${limits.memoryLimit} MiB was exceeded]`,
    end.lost === "crash" && "[the interpreter crashed]",
    end.leftOut > 0 && `[${end.leftOut} files or images left out: too many, too large, or invalid]`,
    end.lost !== null && sessionLost.trimEnd(),
  ].filter((note) => note !== false);
  if (notes.length === 0) return end.output;
  const separator = end.output === "" || end.output.endsWith("\n") ? "" : "\n";
  return `${end.output}${separator}${notes.join("\n")}\n`;
}
