/** The parts of Pyodide that are used; it loads in a realm, so its own types (of a module one imports) do not fit. */
export interface Pyodide {
  FS: { mkdirTree(path: string): void; writeFile(path: string, data: string | Uint8Array): void };
  _api: { config: { _loadSnapshot: Uint8Array | undefined }; on_fatal?: (error: unknown) => void };
  pyimport(name: string): unknown;
  runPython(source: string): unknown;
  setStdout(options: { write: (bytes: Uint8Array) => number }): void;
  setStderr(options: { write: (bytes: Uint8Array) => number }): void;
  setInterruptBuffer(buffer: Int8Array): void;
  makeMemorySnapshot(): Uint8Array;
}

export type LoadPyodide = (config: object) => Promise<Pyodide>;

export interface PythonList {
  toJs(options: { create_pyproxies: false }): unknown[];
  destroy(): void;
}

/** Our Python modules as JavaScript sees them. */
export interface PlaybillRunner {
  start(pause: (milliseconds: number) => void): void;
  run(source: string): Promise<unknown>;
  given(path: string): void;
  take_files(): PythonList;
  take_images(): PythonList;
}
export interface PlaybillPackages {
  install_finder(names: string[], read: (name: string) => Uint8Array): void;
}
