import { existsSync, realpathSync } from "node:fs";
import { dirname, relative, resolve, isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../../problem.ts";
import { unlessAborted } from "../deadline.ts";
import type { HandlerContext } from "./context.ts";

/** A module of the project: `module` is a path beside `file`, which names it. */
export interface ModuleReference {
  root: string;
  file: string;
  module: string;
}

/**
 * Runs the default export of a module as `(args, context) => result`. TypeScript runs as it is. Throws a ProblemError when the module is not
 * in the project, cannot be loaded or has no such export.
 */
export async function runModule(
  reference: ModuleReference,
  args: unknown,
  context: HandlerContext & { env: Record<string, string | undefined> },
): Promise<unknown> {
  const work = load(reference).then((handle) => handle(args, context));
  const done = await unlessAborted(
    work.then((value) => ({ value })),
    context.signal,
  );
  if (done === null) throw new Error(`${reference.module} did not finish before the turn was over`);
  return done.value;
}

type Handle = (args: unknown, context: unknown) => unknown;

async function load(reference: ModuleReference): Promise<Handle> {
  const { root, module, file } = reference;
  const path = locate(reference);
  const loaded = await import(pathToFileURL(path).href).catch((error: unknown) => {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return fail("handler_not_loaded", `${module}, named by ${file}, cannot be loaded: ${message}`, {
      hint: `Node tells the place: node ${relative(root, path)}`,
    });
  });
  const { default: handle } = loaded as { default?: unknown };
  if (typeof handle === "function") return handle as Handle;
  return fail("handler_without_default_export", `${module} has no default function`, {
    hint: "Write: export default async function (args, context) { ... }",
  });
}

function locate({ root, file, module }: ModuleReference): string {
  const path = resolve(root, dirname(file), module);
  if (!existsSync(path)) {
    return fail("handler_not_found", `${module}, named by ${file}, is not there`, {
      hint: `It is looked for beside the file that names it: ${relative(root, path)}`,
    });
  }
  const inside = relative(realpathSync(root), realpathSync(path));
  if (inside.startsWith("..") || isAbsolute(inside)) {
    return fail("handler_outside_project", `${module}, named by ${file}, leads out of the project`, {
      hint: "Only files of the project are run; move it into the project's folder.",
    });
  }
  return path;
}
