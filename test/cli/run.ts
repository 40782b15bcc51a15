import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { main } from "../../src/cli/main.ts";
import { cache } from "../server/python/python.ts";
import type { Output } from "../../src/cli/output.ts";
import type { World } from "../../src/cli/world.ts";
import { createFileReader } from "../../src/server/search/reader/reader.ts";
import { createSecrets } from "../../src/kit/secrets.ts";
import { printableCommand, printableOutput } from "../../src/kit/terminal-text.ts";
import { createTell } from "../../src/cli/warn.ts";
import { holdToSchema } from "./printed-json.ts";

/** What a command line printed, and how it ended. */
export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Both streams, in the order of writing. */
  output: string;
}

/** Starting its thread takes longer than most command lines. */
const reader = createFileReader();

/** Runs a command line in this process, as somebody without a terminal in that folder. What it prints with --json has to fit its schema. */
export async function run(cwd: string, argv: readonly string[], more: Partial<World> = {}): Promise<Outcome> {
  const { world, text } = createTestWorld(cwd, more);
  const exitCode = await main(argv, world);
  holdToSchema(argv, text("stdout"));
  return { exitCode, stdout: text("stdout"), stderr: text("stderr"), output: text() };
}

/** A world without a terminal; `text` is what was written so far. */
export function createTestWorld(
  cwd: string,
  more: Partial<World> = {},
): { world: World; text: (only?: "stdout" | "stderr") => string } {
  const written: [stream: "stdout" | "stderr", text: string][] = [];
  const output = (stream: "stdout" | "stderr"): Output => ({
    write: (text) => void written.push([stream, printableOutput(text)]),
    command: (line) => void written.push([stream, printableCommand(line)]),
    status: () => {},
    live: null,
    isTTY: false,
    columns: 100,
  });
  const world = {
    cwd,
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: dirname(cache) },
    stdout: output("stdout"),
    stderr: output("stderr"),
    secrets: createSecrets(),
    ask: null,
    nextKey: null,
    stdin: Readable.from([]),
    drawing: null,
    takeInterrupts: () => () => {},
    command: () => "playbill",
    now: Date.now,
    signal: new AbortController().signal,
    unheard: new AbortController().signal,
    flush: async () => {},
    reader,
    ...more,
  };
  return {
    world: { ...world, tell: createTell(world), ...more },
    text: (only) => written.flatMap(([stream, text]) => (only === undefined || stream === only ? [text] : [])).join(""),
  };
}

export interface TemporaryFolder extends AsyncDisposable {
  path: string;
  write(file: string, text: string): Promise<void>;
}

/** A copy of a folder (or an empty one) that is removed when the test is over. */
export async function temporaryFolder(from?: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "playbill-test-"));
  if (from !== undefined) await cp(from, path, { recursive: true });
  return {
    path,
    async write(file, text) {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), text);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
