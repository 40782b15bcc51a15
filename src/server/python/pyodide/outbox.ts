import { types } from "node:util";
import { isFilePath } from "../workspace.ts";
import type { Output } from "./protocol.ts";

/** The most that one call may output: files, images, and bytes of both together. */
export const outputLimits = { files: 64, images: 32, bytes: 100 * 1024 * 1024 };

/**
 * What the sandbox outputs during a call. Python can replace everything that runs beside it, so nothing that it passes is trusted: anything that is
 * not a file of the workspace, not a PNG, or beyond the limits is counted and left out, and the rest is kept as a copy that Python cannot reach.
 */
export interface Outbox {
  addFile(path: unknown, bytes: unknown): void;
  addImage(bytes: unknown): void;
  /** Returns what was added since the last call. */
  empty(): Output;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Creates an empty outbox. */
export function createOutbox(limits = outputLimits): Outbox {
  let output: Output = { files: [], images: [], leftOut: 0 };
  let room = limits.bytes;
  const take = (given: unknown): Uint8Array | null => {
    const bytes = copyOf(given, room);
    if (bytes === null) output.leftOut += 1;
    else room -= bytes.length;
    return bytes;
  };
  const refuse = () => void (output.leftOut += 1);
  return {
    addFile(path, given) {
      if (output.files.length >= limits.files || !isFilePath(path)) return refuse();
      const bytes = take(given);
      if (bytes !== null) output.files.push({ path, bytes });
    },
    addImage(given) {
      if (output.images.length >= limits.images) return refuse();
      const bytes = take(given);
      if (bytes === null) return;
      if (pngSignature.every((byte, index) => bytes[index] === byte)) output.images.push(bytes);
      else refuse();
    },
    empty() {
      const full = output;
      output = { files: [], images: [], leftOut: 0 };
      room = limits.bytes;
      return full;
    },
  };
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

/**
 * A copy of bytes, also from another realm; `null` for any other value, and for more than `most` bytes. Accesses the value in no way that could run
 * code of its own.
 */
export function copyOf(value: unknown, most = Infinity): Uint8Array<ArrayBuffer> | null {
  if (!types.isUint8Array(value)) return null;
  const length = Reflect.get(typedArray, "length", value) as number;
  if (length > most) return null;
  const copy = new Uint8Array(length);
  copy.set(value);
  return copy;
}
