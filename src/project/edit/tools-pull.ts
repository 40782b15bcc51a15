import type { Problem } from "../../problem.ts";
import { canonicalJson } from "../../kit/json.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import { toolKey } from "../../resources/assistant/fields.ts";
import type { AssistantSpec, FunctionToolSpec, ToolSpec } from "../../resources/assistant/spec.ts";
import type { Declared } from "../project.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import { toolEntry, inexpressible } from "../write/assistant.ts";
import type { Naming } from "../write/writing.ts";
import { takenPaths } from "../write/import-draft.ts";
import { writtenTool } from "../write/tool-files.ts";
import { toolFilesIn } from "../write/writers.ts";
import { type FieldPull, byHand, notPulled, nothingPulled } from "./field-pull.ts";
import type { PullInput } from "./pull.ts";
import { editYaml } from "./yaml-edit.ts";
import { canonicalField } from "../../resources/canonical-fields.ts";

const field = "tools";
type WrittenTool = NonNullable<WrittenAssistant["tools"]>[number];

/** Writes edits of tools into the files of functions, and into the list for added and removed tools. */
export function pullTools(
  input: PullInput,
  declared: Declared<WrittenAssistant>,
  live: readonly ToolSpec[],
): FieldPull {
  const written = declared.value.tools ?? [];
  const before = (input.desired.spec as AssistantSpec).tools;
  const pull = nothingPulled();
  const refuse = (index: number | null, why: string, hint = byHand(input, field)): void => {
    pull.problems.push(notPulled(declared, index === null ? [field] : [field, index], field, why, hint));
  };
  for (const tool of live) {
    const unknown = inexpressible(tool);
    if (unknown !== undefined) {
      refuse(
        null,
        `the target has options unknown to Playbill: ${toolKey(tool)} ${JSON.stringify(unknown)}`,
        "Leave it to the target: ignore: [tools]",
      );
    }
  }
  const byKey = new Map(live.map((tool) => [toolKey(tool), tool]));
  const kept = written.flatMap((entry, index): WrittenTool[] => {
    const was = before[index];
    const now = was === undefined ? undefined : byKey.get(toolKey(was));
    if (was === undefined || now === undefined) return [];
    byKey.delete(toolKey(was));
    if (areSame(was, now)) return [entry];
    if (now.kind !== "function") return [changedEntry(input, entry, was, now)];
    const problem = pullFunction(input, declared, entry, now, pull);
    if (problem !== null) pull.problems.push(problem);
    return [entry];
  });
  const toolFiles = toolFilesIn(input.project, takenPaths(input.files));
  const added = [...byKey.values()].flatMap((tool): unknown[] => {
    if (tool.kind !== "function") return toolEntry(tool, namingOf(input)).entries;
    const found = toolFiles.fileFor(tool);
    if (found === null) {
      refuse(null, `${toolKey(tool)} cannot be written as YAML`);
      return [];
    }
    if (found.file !== null) pull.texts.set(found.file.path, found.file.text);
    return [{ function: found.stem }];
  });
  const list = [...kept, ...added];
  if (canonicalJson(list) !== canonicalJson(written))
    pull.edits.push({ path: [field], value: list.length === 0 ? undefined : list });
  return pull;
}

function areSame(one: ToolSpec, other: ToolSpec): boolean {
  const [a, b] = [one, other].map((tool) => canonicalJson(canonicalField(assistantKind, { tools: [tool] }, field)));
  return a === b;
}

function namingOf({ addressOf }: PullInput): Naming {
  return { addressOf, labelOf: () => null, namesIds: true };
}

/** The list entry of a tool without a file; unchanged references stay as they are written. */
function changedEntry(
  input: PullInput,
  entry: WrittenTool,
  was: ToolSpec,
  now: Exclude<ToolSpec, { kind: "function" }>,
): WrittenTool {
  const [made] = toolEntry(now, namingOf(input)).entries as [WrittenTool];
  const isSearch =
    typeof entry === "object" && "file_search" in entry && typeof made === "object" && "file_search" in made;
  if (!isSearch || was.kind !== "file_search" || now.kind !== "file_search") return made;
  if (was.vectorStores[0] !== now.vectorStores[0] || entry.file_search.vector_store === undefined) return made;
  return { file_search: { ...made.file_search, vector_store: entry.file_search.vector_store } };
}

/** Edits the file of a function, which no other assistant may use. */
function pullFunction(
  input: PullInput,
  declared: Declared<WrittenAssistant>,
  entry: WrittenTool,
  now: FunctionToolSpec,
  pull: FieldPull,
): Problem | null {
  if (typeof entry === "string" || !("function" in entry)) throw new Error("a function is written as one");
  const { project, files } = input;
  const tool = project.tools.get(entry.function);
  const read = tool === undefined ? null : files.read(tool.file);
  if (tool === undefined || read?.kind !== "text") throw new Error(`tool ${entry.function} was not checked to exist`);
  const index = (declared.value.tools ?? []).indexOf(entry);
  const users = [...project.assistants.values()].filter(({ value }) =>
    (value.tools ?? []).some(
      (each) => typeof each !== "string" && "function" in each && each.function === entry.function,
    ),
  );
  if (users.length > 1) {
    const others = users.filter(({ address }) => address !== declared.address).map(({ address }) => address);
    const hint = `Edit ${tool.file} by hand to change it for all assistants, or give this assistant a copy under another name (with name: ${now.name} in it).`;
    return notPulled(declared, [field, index], field, `${tool.file} is also used by ${others.join(", ")}`, hint);
  }
  const defaults = project.settings.value.defaults?.tool ?? {};
  const value = writtenTool(now, entry.function, defaults);
  const edits = ["description", "strict", "parameters"].map((key) => ({ path: [key], value: value[key] }));
  const edited = editYaml(read.text, edits, ["name", "description", "strict", "parameters", "returns", "handler"]);
  if (edited.kind === "refused") return notPulled(tool, edited.path, field, edited.why, byHand(input, field));
  pull.texts.set(tool.file, edited.text);
  return null;
}
