import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { Host } from "../realm/host.ts";
import { copyOf, createOutbox } from "./outbox.ts";
import type { PythonThreadData, ThreadReport } from "./protocol.ts";

/** What the thread gives to the realm, and how the thread controls it. */
export interface ThreadHost {
  lent: Host;
  /** Starts a call: from now on, timers run. */
  begin(): void;
}

/** The only files on disk that the realm sees are those that were found in the packages folder. */
export function createHost(
  port: MessagePort,
  { assets, shared, packages }: Pick<PythonThreadData, "assets" | "shared" | "packages">,
): ThreadHost {
  // Taken now, because the thread's globals are removed later.
  const { performance, TextDecoder, Buffer, setTimeout, clearTimeout, setImmediate } = globalThis;
  const encoder = new TextEncoder();
  const calls = new Int32Array(shared.calls);
  const outbox = createOutbox();
  const timers = new Map<number, NodeJS.Timeout>();
  let isRunning = true;
  let begun = 0;

  const readFile = (name: string): Uint8Array => {
    if (name === "/python_stdlib.zip") return new Uint8Array(assets.standardLibrary);
    if (packages === null || !packages.names.includes(name)) throw new Error(`no file ${name}`);
    return readFileSync(path.join(packages.folder, name));
  };
  let file = { name: "", bytes: new Uint8Array() };
  const open = (name: string) => {
    if (file.name !== name) file = { name, bytes: readFile(name) as Uint8Array<ArrayBuffer> };
    return file.bytes;
  };

  /**
   * Ends everything that the call started: no timer is left, and the thread stops until the next call. The report waits until nothing is running any
   * more, so that a call with promises that run forever is not over, and reaches its time limit.
   */
  const rest = (report: ThreadReport, moved: ArrayBuffer[] = []) => {
    if (!isRunning) return;
    isRunning = false;
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    setImmediate(() => {
      port.postMessage(report, moved);
      Atomics.wait(calls, 0, begun);
    });
  };

  const lent: Host = {
    now: () => performance.now(),
    random: (target) => void randomFillSync(target),
    decode: (label, bytes) => new TextDecoder(label, { ignoreBOM: true }).decode(copyOf(bytes) ?? undefined),
    utf8Length: (text) => Buffer.byteLength(text),
    encode: (text, target) => encoder.encodeInto(text, target).written,
    later: (callback, milliseconds) => {
      if (!isRunning) return 0;
      const timer = setTimeout(() => {
        timers.delete(id);
        callback();
      }, milliseconds);
      const id = Number(timer);
      timers.set(id, timer);
      return id;
    },
    cancel: (id) => {
      clearTimeout(timers.get(id));
      timers.delete(id);
    },
    sizeOf: (name) => open(name).length,
    read: (name, target) => Uint8Array.prototype.set.call(target, open(name)),
    addFile: (path, bytes) => outbox.addFile(path, bytes),
    addImage: (bytes) => outbox.addImage(bytes),
    started: (image) => rest(image === null ? { kind: "ready" } : { kind: "image", bytes: image }),
    done: (outOfMemory) => {
      const output = outbox.empty();
      const moved = [...output.files.map(({ bytes }) => bytes), ...output.images].map(({ buffer }) => buffer);
      rest({ kind: "done", outOfMemory: outOfMemory === true, ...output }, moved as ArrayBuffer[]);
    },
    broken: (message) => port.postMessage({ kind: "broken", message: String(message) } satisfies ThreadReport, []),
  };
  return {
    lent,
    begin: () => {
      begun += 1;
      isRunning = true;
    },
  };
}
