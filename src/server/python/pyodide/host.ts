import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { Host } from "../realm/host.ts";
import type { PythonThreadData } from "./protocol.ts";

/** What the thread lends to the realm; of the disk only the files that the packages folder was seen to hold. */
export function createHost(
  port: MessagePort,
  standardLibrary: SharedArrayBuffer,
  packages: PythonThreadData["packages"],
): Host {
  // Taken now, because the thread's globals are removed later.
  const { performance, TextDecoder, Buffer, setTimeout, clearTimeout } = globalThis;
  const encoder = new TextEncoder();
  const timers = new Map<number, NodeJS.Timeout>();
  const readFile = (name: string): Uint8Array => {
    if (name === "/python_stdlib.zip") return new Uint8Array(standardLibrary);
    if (packages === null || !packages.names.includes(name)) throw new Error(`no file ${name}`);
    return readFileSync(path.join(packages.folder, name));
  };
  let file = { name: "", bytes: new Uint8Array() };
  const open = (name: string) => {
    if (file.name !== name) file = { name, bytes: readFile(name) as Uint8Array<ArrayBuffer> };
    return file.bytes;
  };
  return {
    now: () => performance.now(),
    random: (target) => void randomFillSync(target),
    decode: (label, bytes) => new TextDecoder(label, { ignoreBOM: true }).decode(bytes.slice()),
    utf8Length: (text) => Buffer.byteLength(text),
    encode: (text, target) => encoder.encodeInto(text, target).written,
    later: (callback, milliseconds) => {
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
    read: (name, target) => target.set(open(name)),
    report: (report) => port.postMessage(report, []),
  };
}
