import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { PythonAssets } from "./protocol.ts";
import { withMemoryMaximum } from "./wasm-memory.ts";

const pagesPerMebibyte = 16;
const require = createRequire(import.meta.url);
const pyodide = path.dirname(require.resolve("pyodide/package.json"));

/** Reads and compiles the installed Pyodide; its Python may use `memoryLimit` MiB. */
export async function loadAssets(memoryLimit: number): Promise<PythonAssets> {
  const [wasm, runtime, loader, standardLibrary, lock] = await Promise.all(
    ["pyodide.asm.wasm", "pyodide.asm.mjs", "pyodide.mjs", "python_stdlib.zip", "pyodide-lock.json"].map((name) =>
      readFile(path.join(pyodide, name)),
    ),
  );
  if (!wasm || !runtime || !loader || !standardLibrary || !lock) throw new Error("unreachable");
  return {
    wasm: await WebAssembly.compile(withMemoryMaximum(wasm, memoryLimit * pagesPerMebibyte)),
    runtime: runtime.toString(),
    loader: loader.toString(),
    standardLibrary: toShared(standardLibrary),
    platform: JSON.parse(lock.toString()).info,
  };
}

/** A copy that threads see without copying again. */
export function toShared(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
