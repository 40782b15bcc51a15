import { posix } from "node:path";
import { type Problem, problem, type Fix, advice } from "../../problem.ts";
import { pathFrom } from "../draft.ts";
import type { Declared, Path } from "../project.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { PullInput } from "./pull.ts";
import type { YamlEdit } from "./yaml-edit.ts";

/** The file changes for one field. */
export interface FieldPull {
  edits: YamlEdit[];
  /** New texts of files other than the assistant's YAML. */
  texts: Map<string, string>;
  notes: string[];
  problems: Problem[];
}

/** A field with nothing to do yet. */
export function nothingPulled(): FieldPull {
  return { edits: [], texts: new Map(), notes: [], problems: [] };
}

/** An edit that cannot be written, at its place. */
export function notPulled(
  declared: Declared<unknown>,
  path: Path,
  field: string,
  why: string,
  hint: string | Fix,
): Problem {
  return problem("not_pulled", `${declared.address}: ${field} cannot be pulled: ${why}`, {
    place: declared.place(path),
    ...advice(hint),
  });
}

/** The hint for an edit that Playbill cannot write. */
export function byHand({ desired }: Pick<PullInput, "desired">, field: string): string {
  return `Write the value into the file by hand (to see it: playbill state show ${desired.address}), or leave the field to the target: ignore: [${field}]`;
}

/** True for a text with an expression other than an escaped `${{`. */
export function hasRealExpression(text: string): boolean {
  return text.replaceAll('${{ "${{" }}', "").includes("${{");
}

/** The assistants that refer to a text file. */
export function usersOfText({ project }: Pick<PullInput, "project">, path: string): string[] {
  return [...project.assistants.values()]
    .filter((each) => textFilesOf(each).some((file) => posix.normalize(pathFrom(each, file)) === posix.normalize(path)))
    .map(({ address }) => address);
}

function textFilesOf({ value: { instructions, response_format: format } }: Declared<WrittenAssistant>): string[] {
  const parts = instructions === undefined ? [] : Array.isArray(instructions) ? instructions : [instructions];
  const named = parts.flatMap((part) => (typeof part === "string" ? [] : part.file));
  const schema = typeof format === "object" ? format.json_schema.file : undefined;
  return schema === undefined ? named : [...named, schema];
}
