import { inspect } from "node:util";
import { createSecrets } from "../kit/secrets.ts";
import { commandToType, folderOfPerson } from "./invocation.ts";
import type { Context } from "../api/context.ts";
import { type Output, createOutput, createScreen, flushed } from "./output.ts";
import { withModules } from "./stack.ts";
import { Stopped } from "./stopped.ts";
import { createTell } from "./warn.ts";

/** Everything a command uses besides the project's files. Tests pass their own. */
export interface World extends Context {
  /** Results. */
  stdout: Output;
  /** Progress and problems. */
  stderr: Output;
  /** Prompts the user; `null` without a terminal. */
  ask: ((question: string) => Promise<string | null>) | null;
  /** The next key that the user presses, or `null` when the signal was aborted; absent (`null`) without a terminal. */
  nextKey: ((signal: AbortSignal) => Promise<string | null>) | null;
  /** Typed or piped input. */
  stdin: StandardInput;
  /** The unfiltered terminal for the line editor; `null` without one. */
  drawing: NodeJS.WritableStream | null;
  /** Calls `taker` on Ctrl-C instead of stopping the command, until the returned function is called. */
  takeInterrupts(this: void, taker: () => void): () => void;
  /** The command that starts Playbill again in `folder`. */
  command(this: void, folder: string): string;
  /** Aborted with a `Stopped`: by Ctrl-C, or by an uncaught error. */
  signal: AbortSignal;
  /** Aborted with the system's error when the output can no longer be written, mostly because its reader is gone. */
  unheard: AbortSignal;
  /** Resolves when all output is written, or writing is impossible. */
  flush(this: void): Promise<void>;
}

/** True in a run of continuous integration, where a terminal does not mean that a person is there. */
export function isInCi({ env: { CI } }: Pick<World, "env">): boolean {
  return CI !== undefined && CI !== "" && CI !== "false";
}

/** The standard input of a process, or its replacement. */
export interface StandardInput extends NodeJS.ReadableStream {
  isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

/** The world of a real process. The first Ctrl-C requests a stop; the second one stops at once. */
export function createWorld(): World {
  const started = { env: process.env, cwd: process.cwd() };
  const cwd = folderOfPerson(started);
  if (cwd !== started.cwd) process.chdir(cwd);
  const stop = new AbortController();
  const unheard = new AbortController();
  const secrets = createSecrets();
  const interrupt = () => stop.abort(new Stopped("interrupted"));
  for (const name of ["SIGTERM", "SIGHUP"] as const) process.once(name, () => stop.abort(new Stopped("terminated")));
  const takers: (() => void)[] = [];
  const onControlC = () => {
    const taker = takers.at(-1);
    if (taker !== undefined) return taker();
    process.off("SIGINT", onControlC);
    interrupt();
  };
  process.on("SIGINT", onControlC);
  const lost = (error: NodeJS.ErrnoException) => unheard.abort(error);
  const screen = createScreen(process.env.TERM === "dumb");
  const [stdout, stderr] = [createOutput(process.stdout, lost, screen), createOutput(process.stderr, lost, screen)];
  process.on("uncaughtException", (error) => {
    stderr.write(secrets.redact(`${withModules(inspect(error))}\n`));
    process.exitCode = 1;
    stop.abort(new Stopped("crashed"));
  });
  const askOnTerminal = async (question: string) => {
    const { ask } = await import("./ask.ts");
    return ask(question, { input: process.stdin, output: process.stderr, signal: stop.signal, interrupt });
  };
  const keyOfTerminal = async (signal: AbortSignal) => {
    const { nextKey } = await import("./keys.ts");
    return nextKey(process.stdin, { signal, interrupt });
  };
  const world = {
    cwd,
    env: process.env,
    stdout,
    stderr,
    secrets,
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : null,
    nextKey: process.stdin.isTTY && process.stderr.isTTY ? keyOfTerminal : null,
    stdin: process.stdin as StandardInput,
    drawing: process.stdin.isTTY && process.stderr.isTTY ? process.stderr : null,
    takeInterrupts(taker: () => void) {
      takers.push(taker);
      return () => void takers.splice(takers.indexOf(taker), 1);
    },
    command: (folder: string) =>
      commandToType({ env: process.env, cwd: folder, script: process.argv[1] ?? "playbill" }),
    now: Date.now,
    signal: stop.signal,
    unheard: unheard.signal,
    flush: async () => void (await Promise.all([flushed(process.stdout), flushed(process.stderr)])),
  };
  return { ...world, tell: createTell(world) };
}
