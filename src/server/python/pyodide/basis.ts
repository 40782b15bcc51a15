import { createHash } from "node:crypto";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { writeWhole } from "../../../kit/files.ts";
import { sourceFile } from "../../../kit/package-files.ts";
import { createSharedValues } from "../../../kit/shared-value.ts";
import type { PythonAssets, PythonThreadData } from "./protocol.ts";
import { createSharedState, nextReport, startThread } from "./thread.ts";
import { withMemoryMaximum } from "./wasm-memory.ts";

/** The common basis of every Python: the runtime, its memory image, and the names of the files in the packages folder. */
export type PythonBasis = Omit<PythonThreadData, "shared">;

/** Where a Python is loaded from and stored, and how large it may become. */
export interface BasisOptions {
  packages: string | null;
  cache: string | null;
  /** MiB. */
  memoryLimit: number;
}

const pagesPerMebibyte = 16;
const digestLength = 32;
const require = createRequire(import.meta.url);
const pyodide = path.dirname(require.resolve("pyodide/package.json"));
const modulesFolder = sourceFile("server/python/modules/");
/** The interpreters of one process share these: to read, compile and check them takes 0.3 s of CPU time, and they use 60 MB. */
const assetsInUse = createSharedValues<PythonAssets>();
const imagesInUse = createSharedValues<SharedArrayBuffer>();

/** Rejects if the packages folder cannot be read, or if `signal` stops it. */
export async function loadBasis(options: BasisOptions, signal: AbortSignal): Promise<PythonBasis> {
  const { packages: folder, cache, memoryLimit } = options;
  const packages = folder === null ? null : { folder, names: await readdir(folder) };
  const assets = await assetsInUse.get(String(memoryLimit), () => loadAssets(memoryLimit));
  return { assets, image: await loadImage(assets, cache, signal), packages };
}

/** Reads and compiles the installed Pyodide; its Python may use `memoryLimit` MiB. */
async function loadAssets(memoryLimit: number): Promise<PythonAssets> {
  const names = ["pyodide.asm.wasm", "pyodide.asm.mjs", "pyodide.mjs", "python_stdlib.zip", "pyodide-lock.json"];
  const [wasm, runtime, loader, standardLibrary, lock] = await Promise.all(
    names.map((name) => readFile(path.join(pyodide, name))),
  );
  if (!wasm || !runtime || !loader || !standardLibrary || !lock) throw new Error("unreachable");
  return {
    wasm: await WebAssembly.compile(withMemoryMaximum(wasm, memoryLimit * pagesPerMebibyte)),
    runtime: runtime.toString(),
    loader: loader.toString(),
    standardLibrary: toShared(standardLibrary),
    platform: JSON.parse(lock.toString()).info,
    modules: await loadModules(),
  };
}

/** Our Python modules by name. */
async function loadModules(): Promise<Record<string, string>> {
  const files = (await readdir(modulesFolder)).filter((file) => file.endsWith(".py")).toSorted();
  const sources = files.map(async (file) => {
    const source = await readFile(new URL(file, modulesFolder), "utf8");
    return [path.basename(file, ".py"), source] as const;
  });
  return Object.fromEntries(await Promise.all(sources));
}

/**
 * The memory image of a started Python, from which a session starts six times as fast. It is created once and stored in the folder `cache`
 * under a name that identifies Pyodide and our modules; a missing, truncated or changed file is created again. With null, it is kept in
 * this process while it is in use.
 */
async function loadImage(assets: PythonAssets, cache: string | null, signal: AbortSignal): Promise<SharedArrayBuffer> {
  if (cache === null) return imagesInUse.get("", async () => toShared(await makeImage(assets, signal)));
  const key = sha256(JSON.stringify([assets.runtime, assets.loader, assets.modules])).toString("hex");
  const file = path.join(cache, `python-${key.slice(0, 16)}.image`);
  const saved = await readImage(file);
  if (saved !== null) return saved;
  const made = await makeImage(assets, signal);
  // Without a cache, the next process creates it again.
  await writeWhole(file, Buffer.concat([sha256(made), made])).catch(() => {});
  return (await readImage(file)) ?? toShared(made);
}

async function makeImage(assets: PythonAssets, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
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

/** Null if there is no such file, or if it is not the one that was written. */
async function readImage(file: string): Promise<SharedArrayBuffer | null> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return await imagesInUse.get(`${file} ${ino} ${size} ${mtimeMs}`, () => readChecked(file));
  } catch {
    return null;
  }
}

/** Reads directly into shared memory, because copying 30 MB takes as long as reading them. Throws if the content is not what was written. */
async function readChecked(file: string): Promise<SharedArrayBuffer> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const image = new SharedArrayBuffer(size - digestLength);
    const digest = new Uint8Array(digestLength);
    const { bytesRead } = await handle.readv([digest, new Uint8Array(image)], 0);
    if (bytesRead !== size || !sha256(new Uint8Array(image)).equals(digest)) throw new Error(`${file} is damaged`);
    return image;
  } finally {
    await handle.close();
  }
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash("sha256").update(data).digest();
}

/** A copy that threads can use without another copy. */
function toShared(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
