import { createSecrets } from "../kit/secrets.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Project } from "../project/project.ts";
import type { Context, Notice } from "./context.ts";
import { type OptionNames, refuseUnknownOptions } from "./known-options.ts";
import { readProject } from "./load.ts";

/** Options for loading a project. */
export interface LoadOptions {
  /** A folder in the project; later paths are relative to it. Default: the current folder of the process. */
  cwd?: string | undefined;
  /** Environment variables for its files and for programs started by scenarios. Default: those of the process. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Selects files that must be valid with everything they need, by address and path from the root. Default: all. */
  needs?: ((address: string, file: string) => boolean) | undefined;
  /** Called with notices that are not part of a result. Default: they are ignored. */
  onNotice?: ((notice: Notice) => void) | undefined;
  /** Milliseconds since 1970. Default: the machine's clock. */
  now?: (() => number) | undefined;
}

const loadOptions: OptionNames<LoadOptions> = { cwd: true, env: true, needs: true, onNotice: true, now: true };

/** A project at the time of loading. Only `loadProject` creates one. */
export interface LoadedProject {
  /** The folder of `playbill.yaml`, absolute. */
  readonly root: string;
  readonly name: string;
  /** The names of its targets. */
  readonly targets: readonly string[];
  readonly defaultTarget: string;
  /** The declared addresses: `assistant.support`, `tool.lookup_order`, `vector_store.handbook`, `scenario.refund`. */
  readonly addresses: readonly string[];
  /** Problems that do not stop anything. */
  readonly warnings: readonly Problem[];
}

/** Internal data of a loaded project. @internal */
export interface Loaded {
  context: Omit<Context, "signal">;
  project: Project;
  /** More problems of scenarios, which matter only for running them. */
  testProblems: readonly Problem[];
}

const known = new WeakMap<LoadedProject, Loaded>();

/** Reads and checks the project of a folder. Throws a ProblemError with all errors. */
export async function loadProject(options: LoadOptions = {}): Promise<LoadedProject> {
  refuseUnknownOptions(options, loadOptions);
  const { cwd = process.cwd(), env = process.env, needs, onNotice = () => {}, now = Date.now } = options;
  const context = { cwd, env: { ...env }, secrets: createSecrets(), now, tell: onNotice };
  const need = { files: "all" as const, ...(needs && { isSelected: needs }) };
  const { project, problems, testProblems } = await readProject(context, need);
  if (project === null) throw new ProblemError(problems);
  if (problems.length > 0) onNotice({ kind: "warnings", problems });
  const { root, name, targets, defaultTarget, files } = project;
  const loaded: LoadedProject = {
    root,
    name,
    targets: [...targets.keys()],
    defaultTarget,
    addresses: [...files.keys()],
    warnings: problems,
  };
  known.set(loaded, { context, project, testProblems });
  return loaded;
}

/** The internal data and context of a loaded project. Throws a TypeError for a lookalike. @internal */
export function loadedAs(
  project: LoadedProject,
  signal: AbortSignal = new AbortController().signal,
): Loaded & { context: Context } {
  const found = known.get(project);
  if (found === undefined) throw new TypeError("this project was not created by loadProject");
  return { ...found, context: { ...found.context, signal } };
}
