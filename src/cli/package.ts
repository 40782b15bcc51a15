import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a file that is published with Playbill; the same from `src/` and from `dist/`. */
export function packageFile(...path: string[]): string {
  return join(fileURLToPath(new URL("../..", import.meta.url)), ...path);
}

/** The version in the manifest. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
  return (manifest as { version: string }).version;
}

/** True for a command line that asks for nothing but the version. */
export function asksForVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V");
}
