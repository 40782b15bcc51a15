import { readdir } from "node:fs/promises";
import { loadAssets } from "./assets.ts";
import { loadImage } from "./image.ts";
import type { PythonThreadData } from "./protocol.ts";

/** What every Python starts from: the runtime, its memory image, and the names of the files in the packages folder. */
export type PythonBasis = Omit<PythonThreadData, "shared">;

export interface BasisOptions {
  packages: string | null;
  cache: string | null;
  /** MiB. */
  memoryLimit: number;
}

/** Rejects when the packages folder cannot be read, or when `signal` stops it. */
export async function loadBasis(options: BasisOptions, signal: AbortSignal): Promise<PythonBasis> {
  const { packages: folder, cache, memoryLimit } = options;
  const packages = folder === null ? null : { folder, names: await readdir(folder) };
  const assets = await loadAssets(memoryLimit);
  return { assets, image: await loadImage(assets, cache, signal), packages };
}
