import type { ThreadReport } from "../pyodide/protocol.ts";

/** What the thread lends to the realm. Only primitives come back. */
export interface Host {
  now: () => number;
  random: (target: Uint8Array) => void;
  decode: (label: string, bytes: Uint8Array) => string;
  utf8Length: (text: string) => number;
  encode: (text: string, target: Uint8Array) => number;
  later: (callback: () => void, milliseconds: number) => number;
  cancel: (id: number) => void;
  /** Length of a file: the standard library, or a wheel of the packages folder by its name. */
  sizeOf: (name: string) => number;
  read: (name: string, target: Uint8Array) => void;
  report: (report: ThreadReport) => void;
}

/** The host as the realm's own functions, which let no error of the thread's realm through. Evaluated inside the realm. */
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
    report: guarded(host.report),
    later: guarded((callback, milliseconds) =>
      host.later(() => {
        try {
          callback();
        } catch {
          // Nobody waits for what a callback throws.
        }
      }, milliseconds),
    ),
  };
}
