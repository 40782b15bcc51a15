/** What the thread gives to the realm. It returns only primitives. */
export interface Host {
  now: () => number;
  random: (target: Uint8Array) => void;
  decode: (label: string, bytes: Uint8Array) => string;
  utf8Length: (text: string) => number;
  encode: (text: string, target: Uint8Array) => number;
  later: (callback: () => void, milliseconds: number) => number;
  cancel: (id: number) => void;
  /** The length of a file: the standard library, or a wheel of the packages folder by name. */
  sizeOf: (name: string) => number;
  read: (name: string, target: Uint8Array) => void;
  /** Something that the call made; the host decides whether to output it. */
  addFile: (path: unknown, bytes: unknown) => void;
  addImage: (bytes: unknown) => void;
  /** Python has started; with its memory if that was requested. */
  started: (image: Uint8Array | null) => void;
  /** The call is over. */
  done: (outOfMemory: unknown) => void;
  /** Python can no longer be used. */
  broken: (message: unknown) => void;
}

/** The host as functions of the realm, which let no error of the thread's realm through. Evaluated inside the realm. */
export function guardHost(host: Host): Host {
  const guarded =
    <Args extends unknown[], Result>(call: (...args: Args) => Result) =>
    (...args: Args): Result => {
      try {
        return call(...args);
      } catch {
        throw new Error("the interpreter's host refused");
      }
    };
  return {
    now: guarded(host.now),
    random: guarded(host.random),
    decode: guarded(host.decode),
    utf8Length: guarded(host.utf8Length),
    encode: guarded(host.encode),
    cancel: guarded(host.cancel),
    sizeOf: guarded(host.sizeOf),
    read: guarded(host.read),
    addFile: guarded(host.addFile),
    addImage: guarded(host.addImage),
    started: guarded(host.started),
    done: guarded(host.done),
    broken: guarded(host.broken),
    later: guarded((callback, milliseconds) =>
      host.later(() => {
        try {
          callback();
        } catch {
          // Nothing handles what a callback throws.
        }
      }, milliseconds),
    ),
  };
}

/**
 * Gives a bare realm the globals that Pyodide needs, and no more. Evaluated inside the realm, so it uses nothing but the language and
 * its parameter.
 */
export function installGlobals(host: Host): void {
  const silent = () => {};
  const viewOf = (data?: ArrayBuffer | ArrayBufferView) => {
    if (data === undefined) return new Uint8Array();
    return ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
  };
  const encodeInto = (text: string, target: Uint8Array) => ({ read: text.length, written: host.encode(text, target) });
  const readBuffer = (path: string) => {
    const bytes = new Uint8Array(host.sizeOf(path));
    host.read(path, bytes);
    return bytes.buffer;
  };
  Object.assign(globalThis, {
    // Pyodide treats an environment with `read` and `load` as a plain shell; its runtime treats one with WorkerGlobalScope as a worker.
    WorkerGlobalScope: silent,
    load: silent,
    read: silent,
    // The WebAssembly is already compiled.
    readbuffer: (path: string) => (path.endsWith(".wasm") ? new ArrayBuffer(0) : readBuffer(path)),
    console: { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent },
    performance: { now: () => host.now() },
    crypto: {
      getRandomValues: (target: Uint8Array) => {
        host.random(target);
        return target;
      },
    },
    setTimeout: (callback: () => void, milliseconds: unknown = 0) => host.later(callback, Number(milliseconds)),
    clearTimeout: (id: unknown) => host.cancel(Number(id)),
    TextDecoder: class {
      readonly label: string;
      constructor(label = "utf-8") {
        this.label = label;
      }
      decode(data?: ArrayBuffer | ArrayBufferView) {
        return host.decode(this.label, viewOf(data));
      }
    },
    TextEncoder: class {
      encode(text: string) {
        const bytes = new Uint8Array(host.utf8Length(text));
        encodeInto(text, bytes);
        return bytes;
      }
      encodeInto(text: string, target: Uint8Array) {
        return encodeInto(text, target);
      }
    },
  });
  // Node would pass call sites of the thread's functions to such a hook.
  const fixed = { writable: false, configurable: false };
  Object.defineProperty(Error, "prepareStackTrace", { value: undefined, ...fixed });
  Object.defineProperty(globalThis, "Error", { value: Error, ...fixed });
}
