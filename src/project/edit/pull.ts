import type { Problem } from "../../problem.ts";
import type { Desired } from "../../resources/resource.ts";
import type { ProjectFiles } from "../files.ts";
import type { Project } from "../project.ts";

/** An edit at a target, to write into the files. */
export interface PullInput {
  project: Project;
  files: ProjectFiles;
  /** As declared in the files, with ids instead of addresses. */
  desired: Desired;
  /** The current object. */
  live: object;
  /** The fields that were edited. */
  fields: readonly string[];
  /** The target's name for each model. */
  models: Readonly<Record<string, string>>;
  /** The values of variables there. */
  vars: Readonly<Record<string, unknown>>;
  /** The address of an object by its id; `null` for one that is not this project's. */
  addressOf(this: void, id: string): string | null;
  /** True for a text that must not be written into a file. */
  isSecret(this: void, text: string): boolean;
}

/** The changes to files; none when there are problems. */
export interface Pulled {
  /** New texts by path from the root. */
  texts: Map<string, string>;
  /** Notes about the changes for the user. */
  notes: string[];
  problems: Problem[];
}
