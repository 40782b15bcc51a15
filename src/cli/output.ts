import { printableLine, printableOutput } from "../kit/terminal-text.ts";

/** A stream of text for a person or a program. */
export interface Output {
  /** Writes text without anything that could control a terminal or a CI log, colours excepted. */
  write(this: void, text: string): void;
  /** Shows a line at a terminal that the next text takes the place of; an empty one takes it away. Nothing elsewhere. */
  status(this: void, line: string): void;
  isTTY: boolean;
  /** Width in characters; 80 when unknown. */
  columns: number;
}

/** Back to the line's beginning, and the line erased (ECMA-48, CR and EL). */
const clearLine = "\r\u001b[2K";

/** The one way to a standard stream of this process. `lost` is called when nothing can be written any more. */
export function createOutput(stream: NodeJS.WriteStream, lost: (error: NodeJS.ErrnoException) => void): Output {
  stream.on("error", lost);
  let status = "";
  // A terminal that was not told its size says 0.
  const columns = () => stream.columns || 80;
  const write = (text: string) => void (stream.writable && stream.write(text));
  return {
    write(text) {
      write(`${status === "" ? "" : clearLine}${printableOutput(text)}${status}`);
    },
    status(line) {
      if (!stream.isTTY) return;
      const before = status;
      status = printableLine(line).slice(0, columns() - 1);
      if (before !== status) write(`${clearLine}${status}`);
    },
    isTTY: stream.isTTY,
    get columns() {
      return columns();
    },
  };
}

/** Resolves when everything was written, or nothing can be. */
export function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write("", () => setImmediate(resolve));
    else setImmediate(resolve);
  });
}

/** True when the reader of a stream has gone, which is no error: `playbill plan | head`. */
export function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "EIO";
}

/** Whether to colour what goes to `output`: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal. */
export function wantsColor(output: Output, env: Record<string, string | undefined>): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0") return true;
  return output.isTTY;
}
