import { posix } from "node:path";
import type { WrittenTarget } from "./schemas/project.ts";

/** The file in which a target publishes assistants, from the project's root, with slashes. */
export function bundlePathOf(name: string, { bundle, server }: Pick<WrittenTarget, "bundle" | "server">): string {
  if (bundle !== undefined) return posix.normalize(bundle);
  // The embedded server's state is not committed either.
  return server === "embedded" ? `.playbill/${name}.bundle.json` : `dist/assistants.${name}.json`;
}

/** Folders whose files are read as declarations. */
const declarations = /^(assistants|scenarios|\.git)\//;

/** The fault in the path of a bundle; `null` for a usable path. */
export function bundleFault(written: string): string | null {
  const path = posix.normalize(written);
  if (posix.isAbsolute(path) || /^[A-Za-z]:|\\/.test(written) || path.startsWith("../"))
    return `"bundle" must be a path within the project, with slashes`;
  if (!path.endsWith(".json") || path.endsWith("/.json")) return `"bundle" must be a file name that ends in .json`;
  return declarations.test(path) ? `"bundle" must not be a file that Playbill reads` : null;
}

/** An example of a bundle path, as a hint. */
export const bundleHint = "For example: dist/assistants.prod.json";
