import type { RunCommand, SharedState } from "../pyodide/protocol.ts";
import type { Host } from "./host.ts";

/** The parts of Pyodide that are used; it loads in a realm, so its own types (of a module one imports) do not fit. */
interface Pyodide {
  FS: { mkdirTree(path: string): void; writeFile(path: string, data: string | Uint8Array): void };
  _api: { config: { _loadSnapshot: Uint8Array | undefined }; on_fatal?: (error: unknown) => void };
  pyimport(name: string): unknown;
  runPython(source: string): unknown;
  setStdout(options: { write: (bytes: Uint8Array) => number }): void;
  setStderr(options: { write: (bytes: Uint8Array) => number }): void;
  setInterruptBuffer(buffer: Int8Array | undefined): void;
  makeMemorySnapshot(): Uint8Array;
}

type LoadPyodide = (config: object) => Promise<Pyodide>;

/** A value from Python, about which nothing is certain. A value that JavaScript also has arrives as such. */
interface PythonValue {
  readonly length: unknown;
  get(index: number): unknown;
  getBuffer(): { data: Uint8Array; release(): void };
  destroy(): void;
}

/** Our Python modules as JavaScript sees them. */
interface PlaybillRunner {
  start(pause: (milliseconds: number) => void, mostFiles: number, mostBytes: number, mostImages: number): void;
  run(source: string): Promise<unknown>;
  given(path: string, alias: string | null): void;
  take_files(): PythonValue;
  take_images(): PythonValue;
}
interface PlaybillPackages {
  install_finder(names: string[], read: (name: string) => Uint8Array): void;
}

export interface InterpreterParts {
  /** The guarded one. */
  host: Host;
  wasm: WebAssembly.Module;
  image: SharedArrayBuffer | null;
  shared: SharedState;
  /** `InterpreterSettings` as JSON text, so that Python can reach no object of the thread. */
  settings: string;
}

export interface InterpreterSettings {
  platform: unknown;
  wheels: string[];
  /** Python modules by name. */
  modules: Record<string, string>;
  /** The most that a call may output. */
  output: { files: number; images: number; bytes: number };
}

/** Both return at once; a report tells the thread about the end. */
export interface Interpreter {
  start(loadPyodide: LoadPyodide, createPyodideModule: unknown): void;
  run(command: RunCommand): void;
}

/**
 * Runs Pyodide inside the realm. Evaluated there, so it uses nothing but the language, the realm's globals and its parameter. What the
 * thread passes is copied, or made the realm's own, before Python can reach it.
 */
export function createInterpreter({ host, wasm, image, shared, settings }: InterpreterParts): Interpreter {
  const { platform, wheels, modules, output }: InterpreterSettings = JSON.parse(settings);
  const own = <Part extends object>(part: Part, kind: { readonly prototype: object }): Part =>
    Object.setPrototypeOf(part, kind.prototype);

  const log = new Uint8Array(own(shared.log, SharedArrayBuffer));
  const counts = new Int32Array(own(shared.logCounts, SharedArrayBuffer));
  const interrupt = new Int8Array(own(shared.interrupt, SharedArrayBuffer));
  const writeUpTo = (end: number) => (bytes: Uint8Array) => {
    const start = counts[0] ?? 0;
    const kept = bytes.subarray(0, Math.max(0, end - start));
    log.set(kept, start);
    counts[0] = start + kept.length;
    counts[1] = (counts[1] ?? 0) + bytes.length - kept.length;
    return bytes.length;
  };
  const readWheel = (name: string) => {
    const bytes = new Uint8Array(host.sizeOf(name));
    host.read(name, bytes);
    return bytes;
  };

  const wordsOf = (error: unknown): string => {
    try {
      return String(error);
    } catch {
      return "an error without a message";
    }
  };
  const broken = (error: unknown) => host.broken(wordsOf(error));
  /** For errors around the user's code, which Python itself can no longer report. */
  const complain = (error: unknown) => {
    writeUpTo(log.length)(new TextEncoder().encode(`${wordsOf(error).slice(-2000)}\n`));
  };

  const instantiate = WebAssembly.instantiate;
  const compiled = own(wasm, WebAssembly.Module);
  const instantiateCompiled: typeof instantiate = async (source, imports) =>
    source instanceof Uint8Array && source.length === 0
      ? { module: compiled, instance: await instantiate(compiled, imports) }
      : instantiate(source, imports);

  const load = async (loadPyodide: LoadPyodide, createPyodideModule: unknown): Promise<Pyodide> => {
    WebAssembly.instantiate = instantiateCompiled;
    const pyodide = await loadPyodide({
      createPyodideModule,
      indexURL: "/",
      jsglobals: {},
      lockFileContents: { info: platform, packages: {} },
      stdin: () => null,
      _makeSnapshot: image === null,
      // A copy: Python can reach it, and other sessions start from the same image.
      _loadSnapshot: image === null ? undefined : new Uint8Array(image).slice(),
    });
    WebAssembly.instantiate = instantiate;
    pyodide._api.config._loadSnapshot = undefined;
    pyodide._api.on_fatal = broken;
    pyodide.FS.mkdirTree("/lib/playbill");
    for (const [name, source] of Object.entries(modules)) pyodide.FS.writeFile(`/lib/playbill/${name}.py`, source);
    return pyodide;
  };
  const makeImage = (pyodide: Pyodide) => {
    pyodide.runPython("import sys; sys.path.append('/lib/playbill'); import playbill_prelude");
    host.started(pyodide.makeMemorySnapshot());
  };

  let session: { pyodide: Pyodide; runner: PlaybillRunner } | undefined;
  const openSession = (pyodide: Pyodide) => {
    // However much is printed, there is room for a traceback.
    pyodide.setStdout({ write: writeUpTo(log.length * 0.9) });
    pyodide.setStderr({ write: writeUpTo(log.length) });
    const runner = pyodide.pyimport("playbill_runner") as PlaybillRunner;
    const clock = new Int32Array(new SharedArrayBuffer(4));
    const pause = (milliseconds: number) => void Atomics.wait(clock, 0, 0, milliseconds);
    runner.start(pause, output.files, output.bytes, output.images);
    (pyodide.pyimport("playbill_packages") as PlaybillPackages).install_finder(wheels, readWheel);
    session = { pyodide, runner };
    host.started(null);
  };
  /** Python keeps alive what JavaScript holds, so that it is released as soon as it was used. */
  const lend = (value: unknown, use: (value: PythonValue) => void) => {
    const isHeld = typeof value === "object" && value !== null;
    try {
      use(value as PythonValue);
    } finally {
      if (isHeld) (value as PythonValue).destroy();
    }
  };
  const lendBytes = (value: PythonValue, use: (bytes: unknown) => void) => {
    const buffer = typeof value === "object" ? value.getBuffer() : undefined;
    use(buffer?.data);
    buffer?.release();
  };
  /**
   * Passes on the entries of a Python list, whatever it may be by now: one after the other and never all at once, which could be larger than
   * JavaScript's heap. The host counts the excess.
   */
  const collect = (list: () => PythonValue, most: number, hand: (entry: PythonValue) => void) => {
    try {
      lend(list(), (taken) => {
        const length = Math.min(Number(taken.length), most + 1);
        for (let index = 0; index < length; index += 1) lend(taken.get(index), hand);
      });
    } catch (error) {
      complain(error);
    }
  };
  const run = async ({ input, files }: RunCommand) => {
    if (session === undefined) throw new Error("Python has not started");
    const { pyodide, runner } = session;
    for (const { path, bytes, alias } of files) {
      pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      pyodide.FS.writeFile(path, new Uint8Array(bytes));
      runner.given(path, alias);
    }
    let outOfMemory = false;
    pyodide.setInterruptBuffer(interrupt);
    try {
      outOfMemory = (await runner.run(input)) === true;
    } catch (error) {
      // An interrupt that arrived before or after the user's own lines; any other error ends Python.
      if ((error as Error).name !== "PythonError") throw error;
      complain(error);
    } finally {
      // One that arrives too late must not stop what follows.
      pyodide.setInterruptBuffer(undefined);
    }
    collect(
      () => runner.take_images(),
      output.images,
      (image) => lendBytes(image, host.addImage),
    );
    collect(
      () => runner.take_files(),
      output.files,
      (file) => lend(file.get(1), (held) => lendBytes(held, (bytes) => host.addFile(file.get(0), bytes))),
    );
    host.done(outOfMemory);
  };

  return {
    start: (loadPyodide, createPyodideModule) => {
      load(loadPyodide, createPyodideModule)
        .then(image === null ? makeImage : openSession)
        .catch(broken);
    },
    run: (command) => {
      run(command).catch(broken);
    },
  };
}
