/** What the thread needs to open Python: one for all sessions, nothing in it is copied. */
export interface PythonAssets {
  /** Pyodide's WebAssembly, compiled, its memory bounded. */
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

/** Memory that both threads see, so that output, interrupts and the next call need no message. */
export interface SharedState {
  /** Bytes of stdout and stderr in the order they came. */
  log: SharedArrayBuffer;
  /** Int32: bytes written to `log`, bytes that found no room. */
  logCounts: SharedArrayBuffer;
  /** Int8: 2 raises KeyboardInterrupt. */
  interrupt: SharedArrayBuffer;
  /** Int32: calls that were sent so far. Between two calls the thread waits for it to change, and runs nothing. */
  calls: SharedArrayBuffer;
}

export interface PythonThreadData {
  assets: PythonAssets;
  shared: SharedState;
  /** Memory of a Python that has started, or null: start one and send its memory. */
  image: SharedArrayBuffer | null;
  /** Folder of wheels, and the names of the files in it. */
  packages: { folder: string; names: string[] } | null;
}

export interface NamedBytes {
  path: string;
  bytes: Uint8Array;
}

/** A file to be placed before the code runs; `alias` is a second path that leads to it. */
export interface GivenFile extends NamedBytes {
  alias: string | null;
}

export interface RunCommand {
  input: string;
  files: GivenFile[];
}

/** What a call made, checked: see `Outbox`. */
export interface Output {
  files: NamedBytes[];
  images: Uint8Array[];
  /** Files and images that were refused, for their number, size, name or kind. */
  leftOut: number;
}

export type ThreadReport =
  | { kind: "image"; bytes: Uint8Array }
  | { kind: "ready" }
  | ({ kind: "done"; outOfMemory: boolean } & Output)
  | { kind: "broken"; message: string };
