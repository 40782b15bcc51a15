import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { toShared } from "./assets.ts";
import type { PythonAssets } from "./protocol.ts";
import { pythonModules } from "../sources/modules.ts";
import { createSharedState, nextReport, startThread } from "./thread.ts";

const digestLength = 32;

/**
 * The memory of a Python that has started, from which a session starts six times as fast. It is made once and kept in the folder `cache`
 * under a name that tells Pyodide and our modules; a file that is missing, cut or changed is made again. Null keeps it for this process.
 */
export async function loadImage(
  assets: PythonAssets,
  cache: string | null,
  signal: AbortSignal,
): Promise<SharedArrayBuffer> {
  if (cache === null) return toShared(await makeImage(assets, signal));
  const key = sha256(JSON.stringify([assets.runtime, assets.loader, pythonModules])).toString("hex");
  const file = path.join(cache, `python-${key.slice(0, 16)}.image`);
  const saved = await readImage(file);
  if (saved !== null) return toShared(saved);
  const made = await makeImage(assets, signal);
  await saveImage(file, made).catch(() => {});
  return toShared(made);
}

async function makeImage(assets: PythonAssets, signal: AbortSignal): Promise<Uint8Array> {
  const worker = startThread({ assets, shared: createSharedState(), image: null, packages: null });
  const end = () => void worker.terminate();
  signal.addEventListener("abort", end);
  try {
    const report = await nextReport(worker);
    signal.throwIfAborted();
    if (report.kind !== "image") throw new Error(`Python did not start: ${JSON.stringify(report)}`);
    return report.bytes;
  } finally {
    signal.removeEventListener("abort", end);
    await worker.terminate();
  }
}

async function readImage(file: string): Promise<Uint8Array | null> {
  const content = await readFile(file).catch(() => null);
  if (content === null) return null;
  const bytes = content.subarray(digestLength);
  return sha256(bytes).equals(content.subarray(0, digestLength)) ? bytes : null;
}

async function saveImage(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, Buffer.concat([sha256(bytes), bytes]));
  await rename(unfinished, file);
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash("sha256").update(data).digest();
}
