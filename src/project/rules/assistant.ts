import type { Finding } from "../finding.ts";
import { instructionParts, joinInstructions } from "../instructions.ts";
import { assistantFields, toolKey } from "../../resources/assistant/fields.ts";
import type { Declared, Path } from "../project.ts";
import { functionNameOf, rawTool } from "../resolve-tools.ts";
import { conflictLine } from "../../kit/conflict-markers.ts";
import { locatorOf } from "../source.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { Draft } from "../draft.ts";
import { duplicates, unknownReference } from "./reference.ts";
import { ignoredExist } from "./ignore.ts";
import type { Rule } from "./rule.ts";

/** Functions and vector stores that an assistant names are there. */
export const toolReferencesLeadSomewhere: Rule<WrittenAssistant> = ({ value }, { names }) =>
  (value.tools ?? []).flatMap((tool, index): Finding[] => {
    if (typeof tool === "string" || "code_interpreter" in tool) return [];
    const path: Path = ["tools", index];
    if ("raw" in tool) return rawFaults(tool.raw.type, [...path, "raw", "type"]);
    if ("function" in tool)
      return names.tools.includes(tool.function)
        ? []
        : [unknownReference("tool", tool.function, names.tools, [...path, "function"])];
    const { vector_store: store } = tool.file_search;
    return typeof store !== "string" || names.vectorStores.includes(store)
      ? []
      : [unknownReference("vector store", store, names.vectorStores, [...path, "file_search", "vector_store"])];
  });

/** What has a form of its own is checked and compared in that form. */
function rawFaults(type: string, path: Path): Finding[] {
  if (!["code_interpreter", "file_search", "function"].includes(type)) return [];
  const message = `"raw" is for tools that Playbill does not know, and it knows ${type}`;
  return [{ path, code: "unknown_value", message, hint: `Write it as - ${type}, with its options below it.` }];
}

/** No two tools of an assistant have one name. */
export const toolsDiffer: Rule<WrittenAssistant> = (declared, draft) =>
  duplicates(
    (declared.value.tools ?? []).map((tool, index) => ({ name: toolName(tool, draft), path: ["tools", index] })),
    "tool",
  );

/** The names by which the model calls an assistant's tools, the built-in ones included; unknown references are left out. */
export function toolNamesOf(declared: Declared<WrittenAssistant>, draft: Draft): string[] {
  return (declared.value.tools ?? []).flatMap((tool) => toolName(tool, draft) ?? []);
}

function toolName(tool: NonNullable<WrittenAssistant["tools"]>[number], { tools }: Draft): string | undefined {
  if (typeof tool === "string") return tool;
  if ("raw" in tool) return toolKey(rawTool(tool.raw));
  if (!("function" in tool)) return Object.keys(tool)[0];
  const found = tools.get(tool.function);
  return found && functionNameOf(found);
}

/** The API takes instructions up to a length, all parts together. */
export const instructionsFit: Rule<WrittenAssistant> = (declared, { texts }) => {
  const parts = instructionParts(declared, texts);
  const { length } = Array.from(joinInstructions(parts.map(({ text }) => text)));
  const { maxLength = Infinity } = assistantFields.instructions;
  if (length <= maxLength) return [];
  const message = `"instructions" has ${length} characters; at most ${maxLength} are possible`;
  return [{ path: ["instructions"], at: "key", code: "too_long", message }];
};

/** A merge that was left half done would be what the assistant is told. */
export const noConflictMarkers: Rule<WrittenAssistant> = (declared, { texts }) =>
  instructionParts(declared, texts).flatMap(({ path, file, text }): Finding[] => {
    const line = conflictLine(text);
    if (line === null) return [];
    const start = text.split("\n", line).reduce((sum, each) => sum + each.length + 1, 0);
    const finding: Finding = {
      path,
      code: "conflict_markers",
      message: "the instructions have conflict markers of a merge",
      hint: "Put what is right in place of the lines from <<<<<<< to >>>>>>>. Where they are meant to be there, indent them.",
    };
    return [file === null ? finding : { ...finding, place: locatorOf(file, text)(start, start + 7) }];
  });

const fields = Object.keys(assistantFields);

/** What is ignored is a field of an assistant, or one key of its metadata. */
export const ignoredFieldsExist: Rule<WrittenAssistant> = ({ value }) =>
  ignoredExist(value.ignore ?? [], fields, "an assistant");
