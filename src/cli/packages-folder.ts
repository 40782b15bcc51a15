import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fail } from "../problem.ts";

/** The folder of Python packages that somebody named, absolute; `null` when nobody did. Throws a ProblemError when it is not there. */
export function packagesFolder(base: string, named: string | undefined): string | null {
  if (named === undefined) return null;
  const folder = resolve(base, named);
  if (existsSync(folder)) return folder;
  return fail("missing_packages", `there is no folder ${named} with Python packages`, {
    hint: "Put a Pyodide distribution's wheels there; docs/server.md says how to get them.",
  });
}
