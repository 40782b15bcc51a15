/** What the thread needs to start Python: one for all sessions, nothing in it is copied. */
export interface PythonAssets {
  /** Pyodide's WebAssembly, compiled, with bounded memory. */
  wasm: WebAssembly.Module;
  /** Text of `pyodide.mjs` and `pyodide.asm.mjs`. */
  loader: string;
  runtime: string;
  standardLibrary: SharedArrayBuffer;
  /** The platform the runtime was built for: `info` of `pyodide-lock.json`. */
  platform: unknown;
  /** Our Python modules by name. */
  modules: Record<string, string>;
}

/** Memory that both threads share, so that output, interrupts and the next call need no message. */
export interface SharedState {
  /** Bytes of stdout and stderr in the order in which they were written. */
  log: SharedArrayBuffer;
  /** Int32: bytes written to `log`, bytes that did not fit. */
  logCounts: SharedArrayBuffer;
  /** Int8: 2 raises KeyboardInterrupt. */
  interrupt: SharedArrayBuffer;
  /** Int32: the number of calls sent so far. Between two calls, the thread waits for it to change, and runs nothing. */
  calls: SharedArrayBuffer;
}

export interface PythonThreadData {
  assets: PythonAssets;
  shared: SharedState;
  /** The memory image of a started Python; null to start one and send its memory. */
  image: SharedArrayBuffer | null;
  /** The folder of wheels, and the names of the files in it. */
  packages: { folder: string; names: string[] } | null;
}

export interface NamedBytes {
  path: string;
  bytes: Uint8Array;
}

/** A file to write before the code runs; `alias` is a second path to it. */
export interface GivenFile extends NamedBytes {
  alias: string | null;
}

export interface RunCommand {
  input: string;
  files: GivenFile[];
}

/** The checked output of a call: see `Outbox`. */
export interface Output {
  files: NamedBytes[];
  images: Uint8Array[];
  /** The number of files and images that were refused because of their number, size, name or kind. */
  leftOut: number;
}

export type ThreadReport =
  | { kind: "image"; bytes: Uint8Array }
  | { kind: "ready" }
  | ({ kind: "done"; outOfMemory: boolean } & Output)
  | { kind: "broken"; message: string };
