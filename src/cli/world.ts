import { inspect } from "node:util";
import { Stopped } from "./stopped.ts";

/** A stream of text for a person or a program. */
export interface Output {
  write(this: void, text: string): void;
  isTTY: boolean;
  /** Width in characters; 80 when unknown. */
  columns: number;
}

/** Everything a command may touch besides the files of the project. Tests hand in their own. */
export interface World {
  cwd: string;
  env: Record<string, string | undefined>;
  /** Results. */
  stdout: Output;
  /** Progress and problems. */
  stderr: Output;
  /** Asks a person; `null` when there is no terminal to ask on. */
  ask: ((question: string) => Promise<string>) | null;
  /** Milliseconds since 1970. */
  now(this: void): number;
  /** Aborted with a `Stopped`: by Ctrl-C, or by an error that nobody caught. */
  signal: AbortSignal;
  /** Aborted when whoever reads the output has gone. Nothing is printed from then on. */
  unheard: AbortSignal;
}

/** The world of a real process. The first Ctrl-C asks to stop; the second one stops at once. */
export function createWorld(): World {
  const stop = new AbortController();
  const unheard = new AbortController();
  const interrupt = () => stop.abort(new Stopped("interrupted"));
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, interrupt);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!["EPIPE", "EIO"].includes(error.code ?? "")) throw error;
      unheard.abort();
    });
  }
  const askOnTerminal = async (question: string) => {
    const { ask } = await import("./ask.ts");
    return ask(question, { input: process.stdin, output: process.stderr, signal: stop.signal, interrupt });
  };
  const [stdout, stderr] = [outputOf(process.stdout), outputOf(process.stderr)];
  process.on("uncaughtException", (error) => {
    stderr.write(`${inspect(error)}\n`);
    stop.abort(new Stopped("crashed"));
  });
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout,
    stderr,
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : null,
    now: Date.now,
    signal: stop.signal,
    unheard: unheard.signal,
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  const write = stream.write.bind(stream);
  return {
    write: (text) => void (stream.writable && write(text)),
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

/** Whether to colour what goes to `output`: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal. */
export function wantsColor(output: Output, env: World["env"]): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0") return true;
  return output.isTTY;
}
