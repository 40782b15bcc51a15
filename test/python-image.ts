import { existsSync, readdirSync } from "node:fs";
import { cache, startPython } from "./server/python/python.ts";

/** Before the tests, once on a fresh machine: starts Python, so that its image is there and no two workers make it at the same time. */
export async function setup(): Promise<void> {
  if (existsSync(cache) && readdirSync(cache).length > 0) return;
  const python = startPython();
  await python.run("1");
  await python.interpreter.close();
}
