import { readFileSync } from "node:fs";
import { publishedFile } from "../kit/package-files.ts";

/** The version in the manifest. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(publishedFile("package.json"), "utf8"));
  return (manifest as { version: string }).version;
}

/** True for a command line that only requests the version. */
export function asksForVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && ["--version", "-v", "-V"].includes(argv[0] ?? "");
}
