import { posix } from "node:path";
import type { WrittenTarget } from "./schemas/project.ts";

/** The file in which a target publishes assistants, from the project's root, with slashes. */
export function bundlePathOf(name: string, { bundle, server }: Pick<WrittenTarget, "bundle" | "server">): string {
  if (bundle !== undefined) return posix.normalize(bundle);
  // What the embedded server has is not committed either.
  return server === "embedded" ? `.playbill/${name}.bundle.json` : `dist/assistants.${name}.json`;
}

/** Folders whose files are read as declarations. */
const declarations = /^(assistants|scenarios|\.git)\//;

/** What is wrong with the path of a bundle; `null` for one that can be written. */
export function bundleFault(written: string): string | null {
  const path = posix.normalize(written);
  if (posix.isAbsolute(path) || /^[A-Za-z]:|\\/.test(written) || path.startsWith("../"))
    return `"bundle" is a path within the project, with slashes`;
  if (!path.endsWith(".json") || path.endsWith("/.json")) return `"bundle" names a file that ends in .json`;
  return declarations.test(path) ? `"bundle" is not among the files that Playbill reads` : null;
}

/** How a path of a bundle may look, in words. */
export const bundleHint = "For example: dist/assistants.prod.json";
