import { realpathSync } from "node:fs";
import { posix } from "node:path";
import { pathToFileURL } from "node:url";

/** A line of a file of the project. */
export interface CodePlace {
  file: string;
  /** From 1. */
  line: number;
}

/** A failure of an implementation. The message is sent to the assistant; the rest is for the person who repairs the code. */
export class HandlerFailure extends Error {
  /** The last lines of the stack or of a program's output, each complete unless it is very long. */
  readonly trace: readonly string[];
  /** The innermost line of the project's own code in the trace. */
  readonly place: CodePlace | null;

  constructor(message: string, { trace = [], place = null }: { trace?: readonly string[]; place?: CodePlace | null }) {
    super(message);
    this.name = "HandlerFailure";
    this.trace = trace;
    this.place = place;
  }
}

const mostLines = 20;
const longestLine = 500;
const noise = /\(?node:internal\/|module-thread\.[jt]s:\d+/;

/** A JavaScript stack trace: its message and the frames outside Node, innermost first. Paths in `root` become relative. */
export function traceOfStack(stack: string, root: string): { trace: string[]; place: CodePlace | null } {
  const lines = withoutRoot(stack, root).split("\n");
  const trace = shortened(lines.filter((line) => !noise.test(line)).slice(0, mostLines));
  return { trace, place: placeIn(trace, /(?:^|[\s(])(?!\/)([^\s():][^():]*\.[cm]?[jt]sx?):(\d+)/) };
}

/** The last lines of a program's output. Python prints the innermost frame last. */
export function traceOfOutput(output: string, root: string): { trace: string[]; place: CodePlace | null } {
  const trace = shortened(withoutRoot(output, root).trimEnd().split("\n").slice(-mostLines));
  const python = placeIn(trace.toReversed(), /File "(?![/<])([^"]+)", line (\d+)/);
  return { trace, place: python ?? placeIn(trace, /(?:^|[\s(])(?!\/)([^\s():][^():]*\.\w+):(\d+)/) };
}

function placeIn(lines: readonly string[], pattern: RegExp): CodePlace | null {
  for (const line of lines) {
    const [, file, number] = pattern.exec(line) ?? [];
    if (file !== undefined && !file.includes("node_modules"))
      return { file: posix.normalize(file), line: Number(number) };
  }
  return null;
}

function withoutRoot(text: string, root: string): string {
  const real = realpathSync(root);
  const prefixes = [real, root].flatMap((each) => [`${pathToFileURL(each).href}/`, `${each}/`]);
  return prefixes.reduce((shorter, prefix) => shorter.replaceAll(prefix, ""), text);
}

function shortened(lines: readonly string[]): string[] {
  return lines.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
}
