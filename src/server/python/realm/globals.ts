import type { Host } from "./host.ts";

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
    // Pyodide takes a place with `read` and `load` for a plain shell; its runtime takes one with WorkerGlobalScope for a worker.
    WorkerGlobalScope: silent,
    load: silent,
    read: silent,
    // The WebAssembly is compiled already.
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
  // Node would hand call sites of the thread's functions to such a hook.
  const fixed = { writable: false, configurable: false };
  Object.defineProperty(Error, "prepareStackTrace", { value: undefined, ...fixed });
  Object.defineProperty(globalThis, "Error", { value: Error, ...fixed });
}
