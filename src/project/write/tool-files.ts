import { posix } from "node:path";
import { canonicalJson } from "../../kit/json.ts";
import { takesNothing } from "../../resources/assistant/fields.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { FunctionToolSpec } from "../../resources/assistant/spec.ts";
import type { Project } from "../project.ts";
import { resolveFunction } from "../resolve-tools.ts";
import { candidates, toolStemFrom } from "./names.ts";
import type { NewFile } from "./writing.ts";
import { yamlText } from "./yaml-text.ts";
import { canonicalField } from "../../resources/canonical-fields.ts";

/** The folder of function declarations. */
export const toolsFolder = "assistants/tools";

/** The files of function tools: existing ones and new ones. */
export interface ToolFiles {
  /**
   * The file of a function: an equal existing one, or a new one with a free name. `null` when it cannot be written as YAML.
   */
  fileFor(tool: FunctionToolSpec): { stem: string; path: string; file: NewFile | null } | null;
}

/** Opens the tools of a project; `isTaken` tells of names of files and addresses that are in use, letter case aside. */
export function openToolFiles(
  { tools, defaults }: { tools: Project["tools"]; defaults: Readonly<Record<string, unknown>> },
  isTaken: (stem: string) => boolean,
  header: string,
): ToolFiles {
  const known = new Map<string, { stem: string; path: string; file: NewFile | null }>();
  const taken = new Set<string>();
  for (const [stem, { file: path }] of tools)
    known.set(keyOf(resolveFunction({ tools }, stem)), { stem, path, file: null });
  return {
    fileFor(tool) {
      const key = keyOf(tool);
      const found = known.get(key);
      if (found !== undefined) return found;
      const stem = candidates(toolStemFrom(tool.name)).find((each) => !taken.has(each.toLowerCase()) && !isTaken(each));
      if (stem === undefined) throw new Error("there is always another name");
      const yaml = yamlText(writtenTool(tool, stem, defaults));
      if (yaml === null) return null;
      const path = posix.join(toolsFolder, `${stem}.yaml`);
      const made = { stem, path, file: { path, text: header + yaml, field: "tools" } };
      taken.add(stem.toLowerCase());
      known.set(key, made);
      return made;
    },
  };
}

/** The content of a function's file; values that the project's defaults would add are set explicitly. */
export function writtenTool(
  tool: FunctionToolSpec,
  stem: string,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { name, description, parameters, strict } = tool;
  const isWritten = (key: string, isSet: boolean) => isSet || Object.hasOwn(defaults, key);
  const takesSome = !takesNothing(parameters);
  return {
    ...(isWritten("name", name !== stem) && { name }),
    ...(isWritten("description", Boolean(description)) && { description: description ?? "" }),
    ...(isWritten("strict", strict) && { strict }),
    ...(isWritten("parameters", takesSome) && { parameters: takesSome ? parameters : { type: "object" } }),
  };
}

/** A key that is equal for equal functions; unknown options belong to the assistant. */
function keyOf({ unknown: _unknown, ...tool }: FunctionToolSpec): string {
  return canonicalJson(canonicalField(assistantKind, { tools: [tool] }, "tools"));
}
