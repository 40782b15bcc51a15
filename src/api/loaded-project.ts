import { createSecrets } from "../kit/secrets.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Project } from "../project/project.ts";
import type { Context, Notice } from "./context.ts";
import { type OptionNames, refuseUnknownOptions } from "./known-options.ts";
import { readProject } from "./load.ts";

/** How a project is loaded. */
export interface LoadOptions {
  /** A folder in the project; paths that are given later are from here. Default: the current folder of the process. */
  cwd?: string | undefined;
  /** The variables that its files may read, and that programs which scenarios start get. Default: those of the process. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Which files have to be sound, with all that they need; by address and path from the root. Default: all. */
  needs?: ((address: string, file: string) => boolean) | undefined;
  /** Called with what is told on the way, and is no result. Default: it is dropped. */
  onNotice?: ((notice: Notice) => void) | undefined;
  /** Milliseconds since 1970. Default: the machine's clock. */
  now?: (() => number) | undefined;
}

const loadOptions: OptionNames<LoadOptions> = { cwd: true, env: true, needs: true, onNotice: true, now: true };

/** A project as it was when it was loaded. Only `loadProject` makes one. */
export interface LoadedProject {
  /** The folder of `playbill.yaml`, absolute. */
  readonly root: string;
  readonly name: string;
  /** The names of its targets. */
  readonly targets: readonly string[];
  readonly defaultTarget: string;
  /** What is declared: `assistant.support`, `tool.lookup_order`, `vector_store.handbook`, `scenario.refund`. */
  readonly addresses: readonly string[];
  /** What is not wrong enough to stop anything. */
  readonly warnings: readonly Problem[];
}

/** What the functions of this layer know of a loaded project. @internal */
export interface Loaded {
  context: Omit<Context, "signal">;
  project: Project;
  /** What else is wrong with scenarios when they are to be run. */
  testProblems: readonly Problem[];
}

const known = new WeakMap<LoadedProject, Loaded>();

/** Reads and checks the project that a folder is in. Throws a ProblemError with all that is wrong. */
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

/** What is known of a loaded project, and what it is worked on with. Throws a TypeError for what only looks like one. @internal */
export function loadedAs(
  project: LoadedProject,
  signal: AbortSignal = new AbortController().signal,
): Loaded & { context: Context } {
  const found = known.get(project);
  if (found === undefined) throw new TypeError("this project was not made by loadProject");
  return { ...found, context: { ...found.context, signal } };
}
