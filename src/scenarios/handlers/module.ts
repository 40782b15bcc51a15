import { existsSync, realpathSync } from "node:fs";
import { dirname, relative, resolve, isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../../problem.ts";
import { unlessAborted } from "../deadline.ts";
import type { HandlerContext } from "../handlers.ts";

/** A module of the project: `module` is a path beside `file`, which names it. */
export interface ModuleReference {
  root: string;
  file: string;
  module: string;
}

/**
 * Runs the default export of a module as `(args, context) => result`. TypeScript runs as it is. Throws a ProblemError when the module is not
 * in the project or has no such export.
 */
export async function runModule(
  reference: ModuleReference,
  args: unknown,
  context: HandlerContext & { env: Record<string, string | undefined> },
): Promise<unknown> {
  const path = locate(reference);
  const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown };
  const { default: handle } = loaded;
  if (typeof handle !== "function") {
    return fail("input", "handler_without_default_export", `${reference.module} has no default function`, {
      hint: "Write: export default async function (args, context) { ... }",
    });
  }
  const work = Promise.resolve().then(() => handle(args, context) as unknown);
  const done = await unlessAborted(
    work.then((value) => ({ value })),
    context.signal,
  );
  if (done === null) throw new Error(`${reference.module} did not finish before the turn was over`);
  return done.value;
}

function locate({ root, file, module }: ModuleReference): string {
  const path = resolve(root, dirname(file), module);
  if (!existsSync(path)) {
    return fail("input", "handler_not_found", `${module}, named by ${file}, is not there`, {
      hint: `It is looked for beside the file that names it: ${relative(root, path)}`,
    });
  }
  const inside = relative(realpathSync(root), realpathSync(path));
  if (inside.startsWith("..") || isAbsolute(inside)) {
    return fail("input", "handler_outside_project", `${module}, named by ${file}, leads out of the project`, {
      hint: "Only files of the project are run; move it into the project's folder.",
    });
  }
  return path;
}
