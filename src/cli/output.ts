import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "../kit/display-width.ts";
import { printableCommand, printableLine, printableOutput } from "../kit/terminal-text.ts";

/** A stream of text for a person or a program. */
export interface Output {
  /** Writes text without anything that could control a terminal or a CI log, colours excepted. */
  write(this: void, text: string): void;
  /** Writes a command of GitHub Actions, a line that begins with `::`, without anything else that could control a terminal or a log. */
  command(this: void, line: string): void;
  /** Shows a status line on a terminal until the next text; an empty line removes it. Does nothing elsewhere. */
  status(this: void, line: string): void;
  /** Lines at the bottom of the terminal; `null` where there is none, or one whose size is unknown. */
  live: LiveRegion | null;
  isTTY: boolean;
  /** Width in characters; 80 when unknown. */
  columns: number;
}

/** Lines that stay below everything that is written to a terminal. */
export interface LiveRegion {
  /** The terminal's size, which may change. */
  size(this: void): { columns: number; rows: number };
  /** Replaces the shown lines, each of which must fit in a row; an empty list removes them. */
  show(this: void, lines: readonly string[]): void;
}

/** The bottom of a terminal. Streams to the same terminal share it. */
export interface Screen {
  lines: readonly string[];
  status: string;
  /** The terminal supports no escape characters, so nothing can stay at its bottom. */
  isDumb: boolean;
}

/** A screen with an empty bottom. */
export function createScreen(isDumb = false): Screen {
  return { lines: [], status: "", isDumb };
}

/** Moves to the beginning of the line and erases it; erases the line above (ECMA-48: CR, EL, CUU). */
const clearLine = "\r\u001b[2K";
const clearLineAbove = "\u001b[1A\u001b[2K";

/** The only access to a standard stream of this process. `lost` is called when writing becomes impossible. */
export function createOutput(
  stream: NodeJS.WriteStream,
  lost: (error: NodeJS.ErrnoException) => void,
  screen: Screen = createScreen(),
): Output {
  stream.on("error", lost);
  // A terminal of unknown size reports 0.
  const columns = () => stream.columns || 80;
  const isEmpty = () => !stream.isTTY || (screen.status === "" && screen.lines.length === 0);
  /** The cursor stays in the status line below the others, so that output after a killed process starts on its own line. */
  const erased = () => clearLine + clearLineAbove.repeat(rowsOf(screen.lines, columns()));
  const drawn = () => screen.lines.map((line) => `${line}\n`).join("") + screen.status;
  const write = (text: string) => void (stream.writable && stream.write(text));
  const writeAbove = (text: string) => {
    if (text === "" || isEmpty()) return write(text);
    const whole = screen.lines.length === 0 || text.endsWith("\n") ? text : `${text}\n`;
    write(`${erased()}${whole}${drawn()}`);
  };
  return {
    write: (text) => writeAbove(printableOutput(text)),
    command: (line) => writeAbove(printableCommand(line)),
    status(line) {
      if (!stream.isTTY || screen.isDumb) return;
      const before = screen.status;
      screen.status = printableLine(line).slice(0, columns() - 1);
      if (before !== screen.status) write(`${clearLine}${screen.status}`);
    },
    live:
      stream.isTTY && !screen.isDumb && stream.columns > 0 && stream.rows > 0
        ? {
            size: () => ({ columns: columns(), rows: stream.rows || 24 }),
            show(lines) {
              const next = lines.map((line) => printableOutput(line).replaceAll("\n", " "));
              if (isSame(next, screen.lines)) return;
              const before = isEmpty() ? "" : erased();
              screen.lines = next;
              write(`${before}${drawn()}`);
            },
          }
        : null,
    isTTY: stream.isTTY,
    get columns() {
      return columns();
    },
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

/** The number of terminal rows of drawn lines, which may wrap when the terminal was wider before. */
function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce(
    (sum, line) => sum + Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / columns)),
    0,
  );
}

/** Resolves when everything is written, or writing is impossible. */
export function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write("", () => setImmediate(resolve));
    else setImmediate(resolve);
  });
}

/** True when the reader of a stream is gone, which is not an error: `playbill plan | head`. */
export function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "EIO";
}

/** True to color `output`: NO_COLOR and FORCE_COLOR decide, otherwise whether it is a terminal. */
export function wantsColor(output: Output, env: Record<string, string | undefined>): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0") return true;
  return output.isTTY && env.TERM !== "dumb";
}
