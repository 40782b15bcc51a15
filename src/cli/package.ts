import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a file that is published with Playbill; the same from `src/` and from `dist/`. */
export function packageFile(...path: string[]): string {
  return join(fileURLToPath(new URL("../..", import.meta.url)), ...path);
}

/** The version in the manifest. */
export async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(packageFile("package.json"), "utf8"));
  return (manifest as { version: string }).version;
}
