import type { RunCommand, SharedState } from "../pyodide/protocol.ts";
import type { LoadPyodide, PlaybillPackages, PlaybillRunner, Pyodide, PythonList } from "./pyodide.ts";
import type { Host } from "./host.ts";

export interface InterpreterParts {
  /** The guarded one. */
  host: Host;
  wasm: WebAssembly.Module;
  image: SharedArrayBuffer | null;
  shared: SharedState;
  /** JSON of `InterpreterSettings`: as text, so that no object of the thread can be reached from Python. */
  settings: string;
}

export interface InterpreterSettings {
  platform: unknown;
  wheels: string[];
  /** Python modules by name. */
  modules: Record<string, string>;
}

/** Both return at once; the thread hears of the end by a report. */
export interface Interpreter {
  start(loadPyodide: LoadPyodide, createPyodideModule: unknown): void;
  run(command: RunCommand): void;
}

/**
 * Pyodide's life inside the realm. Evaluated there, so it uses nothing but the language, the realm's globals and its parameter. What the
 * thread gave is copied, or made the realm's own, before Python can reach it.
 */
export function createInterpreter({ host, wasm, image, shared, settings }: InterpreterParts): Interpreter {
  const { platform, wheels, modules }: InterpreterSettings = JSON.parse(settings);
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

  const broken = (error: unknown) => {
    let message = "an error without words";
    try {
      message = String(error);
    } catch {
      // Its toString fails.
    }
    host.report({ kind: "broken", message });
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
    host.report({ kind: "image", bytes: pyodide.makeMemorySnapshot() });
  };

  let session: { pyodide: Pyodide; runner: PlaybillRunner } | undefined;
  const openSession = (pyodide: Pyodide) => {
    // However much is printed, a traceback has room.
    pyodide.setStdout({ write: writeUpTo(log.length * 0.9) });
    pyodide.setStderr({ write: writeUpTo(log.length) });
    pyodide.setInterruptBuffer(interrupt);
    const runner = pyodide.pyimport("playbill_runner") as PlaybillRunner;
    const clock = new Int32Array(new SharedArrayBuffer(4));
    runner.start((milliseconds) => void Atomics.wait(clock, 0, 0, milliseconds));
    (pyodide.pyimport("playbill_packages") as PlaybillPackages).install_finder(wheels, readWheel);
    session = { pyodide, runner };
    host.report({ kind: "ready" });
  };
  const take = (list: PythonList) => {
    const taken = list.toJs({ create_pyproxies: false });
    list.destroy();
    return taken;
  };
  const run = async ({ input, files }: RunCommand) => {
    if (session === undefined) throw new Error("Python has not started");
    const { pyodide, runner } = session;
    for (const { path, bytes } of files) {
      pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      pyodide.FS.writeFile(path, new Uint8Array(bytes));
      runner.given(path);
    }
    const outOfMemory = Boolean(await runner.run(input));
    // An interrupt that came too late must not stop what follows.
    interrupt[0] = 0;
    const images = take(runner.take_images()) as Uint8Array[];
    const written = take(runner.take_files()) as [unknown, Uint8Array][];
    const changed = written.map(([path, bytes]) => ({ path: String(path), bytes }));
    host.report({ kind: "done", outOfMemory, images, files: changed });
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
