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
import type { Rule } from "./rule.ts";
import { didYouMean } from "../../kit/words.ts";
import { schemaFileFindings, schemaFindings } from "./schema.ts";
import type { WrittenProject } from "../schemas/project.ts";
import { allVars, canBeSensitive, sensitiveLeaves, varsOf } from "../vars.ts";

/** Functions and vector stores that an assistant refers to must exist. */
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

/** Refuses `raw` for known tools, which have their own format. */
function rawFaults(type: string, path: Path): Finding[] {
  if (!["code_interpreter", "file_search", "function"].includes(type)) return [];
  const message = `"raw" is only for tools unknown to Playbill, but ${type} is a known one`;
  return [{ path, code: "unknown_value", message, hint: `Write it as - ${type}, with its options below it.` }];
}

/** Tools of an assistant must have different names. */
export const toolsDiffer: Rule<WrittenAssistant> = (declared, draft) =>
  duplicates(
    (declared.value.tools ?? []).map((tool, index) => ({ name: toolName(tool, draft), path: ["tools", index] })),
    "tool",
  );

/** The names by which the model calls an assistant's tools, the built-in ones included; unknown references are left out. */
export function toolNamesOf(declared: Declared<WrittenAssistant>, draft: Pick<Draft, "tools">): string[] {
  return (declared.value.tools ?? []).flatMap((tool) => toolName(tool, draft) ?? []);
}

function toolName(
  tool: NonNullable<WrittenAssistant["tools"]>[number],
  { tools }: Pick<Draft, "tools">,
): string | undefined {
  if (typeof tool === "string") return tool;
  if ("raw" in tool) return toolKey(rawTool(tool.raw));
  if (!("function" in tool)) return Object.keys(tool)[0];
  const found = tools.get(tool.function);
  return found && functionNameOf(found);
}

/** Instructions must not exceed the API's limit, all parts together. */
export const instructionsFit: Rule<WrittenAssistant> = (declared, { texts }) => {
  const parts = instructionParts(declared, texts);
  const { length } = Array.from(joinInstructions(parts.map(({ text }) => text)));
  const { maxLength = Infinity } = assistantFields.instructions;
  if (length <= maxLength) return [];
  const message = `"instructions" has ${length} characters, more than the limit of ${maxLength}`;
  return [{ path: ["instructions"], at: "key", code: "too_long", message }];
};

/** Instructions must not contain the markers of an unfinished merge. */
export const noConflictMarkers: Rule<WrittenAssistant> = (declared, { texts }) =>
  instructionParts(declared, texts).flatMap(({ path, file, text }): Finding[] => {
    const line = conflictLine(text);
    if (line === null) return [];
    const start = text.split("\n", line).reduce((sum, each) => sum + each.length + 1, 0);
    const finding: Finding = {
      path,
      code: "conflict_markers",
      message: "the instructions contain merge conflict markers",
      hint: "Replace the lines from <<<<<<< to >>>>>>> with the right text. If a prompt needs such lines, indent them.",
    };
    return [file === null ? finding : { ...finding, place: locatorOf(file, text)(start, start + 7) }];
  });

const fields = Object.keys(assistantFields);

/** Entries of `ignore` must be fields of an assistant or keys of its metadata. */
export const ignoredFieldsExist: Rule<WrittenAssistant> = ({ value }) =>
  ignoredExist(value.ignore ?? [], fields, "an assistant");

/** Findings for entries of `ignore` that are neither fields nor metadata keys of `what`, for example "an assistant". */
export function ignoredExist(ignore: readonly string[], fields: readonly string[], what: string): Finding[] {
  return ignore.flatMap((field, index) =>
    fields.includes(field) || /^metadata\../.test(field)
      ? []
      : [
          {
            path: ["ignore", index],
            code: "unknown_value",
            message: `"${field}" is not a field of ${what}`,
            hint: `It must be one of ${fields.join(", ")} or metadata.KEY.`,
            ...didYouMean(field, fields),
          },
        ],
  );
}

/** A response format must have a valid schema, inline or in a file. */
export const responseFormatHasSchema: Rule<WrittenAssistant> = (declared, draft) => {
  const format = declared.value.response_format;
  if (typeof format !== "object") return [];
  const { schema, file, strict } = format.json_schema;
  const path = ["response_format", "json_schema"];
  if (schema !== undefined && file !== undefined)
    return [
      {
        path: [...path, "file"],
        at: "key",
        code: "conflicting_keys",
        message: '"file" cannot be combined with "schema"',
      },
    ];
  if (file !== undefined) return schemaFileFindings(declared, draft, [...path, "file"], file, { strict });
  if (schema === undefined)
    return [{ path, at: "key", code: "missing_key", message: '"json_schema" needs "schema" or "file"' }];
  return schemaFindings(schema, [...path, "schema"], { strict });
};

/** Sensitive names must be variables whose values can be redacted. Environment variables of targets are checked when used. */
export const sensitiveVarsFit: Rule<WrittenProject> = ({ value }) => {
  const all = allVars(value);
  const names = [...new Set(all.flatMap(({ vars }) => Object.keys(varsOf(vars))))];
  const unknown = all.flatMap(({ path, vars }) =>
    (Array.isArray(vars["sensitive"]) ? vars["sensitive"] : []).flatMap((name: string, index) =>
      names.includes(name) ? [] : [unknownReference("variable", name, names, [...path, "sensitive", index])],
    ),
  );
  const weak = sensitiveLeaves(value)
    .filter(({ value: leaf }) => !canBeSensitive(leaf) && !(typeof leaf === "string" && leaf.includes("$")))
    .map(({ path }) => notHideable(path));
  return [...unknown, ...weak];
};

/** The finding for a sensitive value that is too common to redact. The value is not shown. */
export function notHideable(path: Path): Finding {
  return {
    path,
    at: "key",
    code: "cannot_hide",
    message: "a sensitive value must be a text of at least six characters and not a single plain word",
    hint: "Playbill redacts it everywhere, so it must not occur in other texts. Put a number in quotes; use an empty text for no value.",
  };
}
