import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a file that is published with Playbill; the same from `src/` and from `dist/`. */
export function packageFile(...path: string[]): string {
  return join(fileURLToPath(new URL("../..", import.meta.url)), ...path);
}

/** The version in the manifest, which is read once. */
export function readVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)(packageFile("package.json"));
  return (manifest as { version: string }).version;
}
