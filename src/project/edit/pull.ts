import type { Problem } from "../../problem.ts";
import type { Desired } from "../../resources/resource.ts";
import type { ProjectFiles } from "../files.ts";
import type { Project } from "../project.ts";

/** What was edited at a target and is to be written into the files. */
export interface PullInput {
  project: Project;
  files: ProjectFiles;
  /** As the files declare it, ids in place of the addresses that it refers to. */
  desired: Desired;
  /** The object as it is. */
  live: object;
  /** The fields that were edited. */
  fields: readonly string[];
  /** What the target calls each model. */
  models: Readonly<Record<string, string>>;
  /** The values of variables there. */
  vars: Readonly<Record<string, unknown>>;
  /** The address of an object by its id; `null` for one that is not this project's. */
  addressOf(this: void, id: string): string | null;
  /** True for a text that holds what must not be written into a file. */
  isSecret(this: void, text: string): boolean;
}

/** What becomes of the files; no file changes when there are problems. */
export interface Pulled {
  /** New texts by path from the root. */
  texts: Map<string, string>;
  /** What a reader of the difference should know. */
  notes: string[];
  problems: Problem[];
}
