import { posix } from "node:path";
import { asText, type JsonObject } from "../../kit/json.ts";
import { isUsualMaximum, isUsualRanking, toolKey } from "../../resources/assistant/fields.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec, FileSearchSpec, ToolSpec } from "../../resources/assistant/spec.ts";
import { commentsOf } from "./comments.ts";
import { withoutExpressions } from "./escape.ts";
import type { ToolFiles } from "./tool-files.ts";
import type { KindWriter, Naming, NewFile, NotWritten, WritingContext } from "./writing.ts";
import { yamlText } from "./yaml-text.ts";

/** Longer instructions are written to a separate file. */
const longestInline = 500;
const folder = "assistants";

/** The explicit unset values of fields, for projects whose defaults would set them. */
const unset: Readonly<Record<string, unknown>> = {
  description: "",
  instructions: "",
  temperature: 1,
  top_p: 1,
  response_format: "auto",
  tools: [],
  metadata: {},
};

/** The unset value of a field; `undefined` for a field that cannot be unset. */
export function unsetValue(field: string): unknown {
  return unset[field];
}

/** A part of an assistant in its files. */
interface Part {
  fields: Record<string, unknown>;
  files: NewFile[];
  uses: string[];
  /** Parts that cannot be written, so that the field is left to the target. */
  unsaid: NotWritten[];
}

/** Assistants as YAML: instructions as Markdown when they are long, functions in files that assistants share. */
export function assistantWriter(toolFiles: ToolFiles, header: string): KindWriter<AssistantSpec> {
  return {
    kind: assistantKind,
    folder,
    write(spec, context) {
      const parts = [
        identity(spec, context),
        instructionsPart(spec, context),
        plainPart(spec),
        formatPart(spec),
        toolsPart(spec.tools, toolFiles, context.naming),
        metadataPart(spec),
      ].map((part) => without(part, context.leftOut));
      const fields: Record<string, unknown> = Object.assign({}, ...parts.map((part) => part.fields));
      const unsaid = parts.flatMap((part) => part.unsaid);
      // A sync must not remove values at the target that the files cannot express.
      const partly = context.naming.namesIds ? unsaid.map(({ field }) => field).filter((field) => field in fields) : [];
      const ignored = new Set([...context.ignored, ...partly]);
      const notWritten = [
        ...[...context.leftOut].map(([field, what]) => ({ field, what })),
        ...unsaid,
        ...context.unknown,
      ];
      const path = posix.join(folder, `${context.stem}.yaml`);
      const text = header + commentsOf(notWritten) + written(fields, [...ignored], context);
      return {
        files: [...parts.flatMap((part) => part.files), { path, text, field: null }],
        uses: parts.flatMap((part) => part.uses),
        notWritten,
      };
    },
  };
}

/** The YAML, fields in reading order; values that the project's defaults would add are explicitly unset. */
function written(fields: Record<string, unknown>, ignored: readonly string[], { defaults }: WritingContext): string {
  const names = [...Object.keys(assistantKind.fields), "expressions"];
  const value = Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      if (fields[name] !== undefined) return [[name, fields[name]]];
      return Object.hasOwn(defaults, name) && Object.hasOwn(unset, name) ? [[name, unset[name]]] : [];
    }),
  );
  const yaml = yamlText({ ...value, ...(ignored.length > 0 && { ignore: ignored }) });
  if (yaml === null) throw new Error("every field was looked at");
  return yaml;
}

function without(part: Part, leftOut: ReadonlyMap<string, string>): Part {
  const inexpressible = Object.keys(part.fields).filter((field) => yamlText({ [field]: part.fields[field] }) === null);
  const gone = new Set([...leftOut.keys(), ...inexpressible]);
  const kept = Object.entries(part.fields).filter(([field]) => !gone.has(field));
  const files = part.files.filter(({ field }) => field === null || !gone.has(field));
  return {
    fields: Object.fromEntries(kept),
    files,
    uses: kept.length === 0 ? [] : part.uses,
    unsaid: [
      ...part.unsaid.filter(({ field }) => !leftOut.has(field)),
      ...inexpressible.map((field) => ({ field, what: "it cannot be written as YAML" })),
    ],
  };
}

function partOf(fields: Record<string, unknown>, more: Partial<Omit<Part, "fields">> = {}): Part {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { fields: Object.fromEntries(present), files: [], uses: [], unsaid: [], ...more };
}

function identity({ name, description, model }: AssistantSpec, { stem, models, defaults }: WritingContext): Part {
  const isNamed = name !== stem || Object.hasOwn(defaults, "name");
  return partOf({
    name: isNamed ? withoutExpressions(name ?? "") : undefined,
    description: description ? withoutExpressions(description) : undefined,
    model: withoutExpressions(logicalModel(model, models)),
  });
}

/** The name in the files of a model that has another name at the target. */
export function logicalModel(model: string, models: Readonly<Record<string, string>>): string {
  const names = Object.keys(models).filter((name) => models[name] === model);
  return names.length === 1 ? names[0]! : model;
}

function instructionsPart({ instructions }: AssistantSpec, { stem, defaults }: WritingContext): Part {
  if (!instructions) return partOf({});
  const text = instructions.replaceAll("\r\n", "\n");
  if (!belongsInFile(text)) return partOf({ instructions: withoutExpressions(text) });
  const file = `${stem}.md`;
  const isEvaluated = defaults.expressions === true;
  return partOf(
    { instructions: { file }, ...(isEvaluated && { expressions: false }) },
    { files: [{ path: posix.join(folder, file), text, field: "instructions" }] },
  );
}

/** True for long texts, and for texts that look like expressions, which are not evaluated in files. They must be valid UTF-8. */
function belongsInFile(text: string): boolean {
  const isLong = Array.from(text).length > longestInline || /\$\{|\{\{/.test(text);
  return isLong && text.isWellFormed() && !text.startsWith("\uFEFF");
}

function plainPart({ temperature, top_p, reasoning_effort }: AssistantSpec): Part {
  const share = (value: number | null) => (value === null || value === 1 ? undefined : value);
  return partOf({
    temperature: share(temperature),
    top_p: share(top_p),
    reasoning_effort: reasoning_effort ?? undefined,
  });
}

function formatPart({ response_format: format }: AssistantSpec): Part {
  if (format === "auto") return partOf({});
  if (typeof format === "string") return partOf({ response_format: format });
  const field = "response_format";
  const unknown = (part: unknown): NotWritten => ({ field, what: `${JSON.stringify(part)} is unknown to Playbill` });
  if ("wire" in format) return partOf({}, { unsaid: [unknown(format.wire)] });
  const { name, description, strict, schema } = format.json_schema;
  const json_schema = { name, ...(description && { description }), ...(strict && { strict }), schema };
  return partOf(
    { response_format: { json_schema } },
    { unsaid: format.unknown === undefined ? [] : [unknown(format.unknown)] },
  );
}

function toolsPart(tools: readonly ToolSpec[], toolFiles: ToolFiles, naming: Naming): Part {
  const part = partOf({});
  const entries = tools.flatMap((tool): unknown[] => {
    const unknown = inexpressible(tool);
    if (unknown !== undefined) {
      part.unsaid.push({
        field: "tools",
        what: `${toolKey(tool)}: ${JSON.stringify(unknown)} is unknown to Playbill`,
      });
    }
    if (tool.kind !== "function") {
      const { entries: own, unnamed } = toolEntry(tool, naming);
      if (unnamed.length > 0) {
        const names = unnamed.map((id) => naming.labelOf(id) ?? id).join(", ");
        part.unsaid.push({ field: "tools", what: `${toolKey(tool)}: ${names}, which does not exist in the project` });
      }
      return own;
    }
    const found = toolFiles.fileFor(tool);
    if (found === null) {
      part.unsaid.push({ field: "tools", what: `${toolKey(tool)}: it cannot be written as YAML` });
      return [];
    }
    if (found.file === null) part.uses.push(found.path);
    else part.files.push(found.file);
    return [{ function: found.stem }];
  });
  return entries.length === 0 ? part : { ...part, fields: { tools: entries } };
}

/** The parts of a tool that files cannot express, in the API's format; `undefined` when there are none. */
export function inexpressible(tool: ToolSpec): unknown {
  if (tool.kind === "unused_resources") return tool.wire;
  if (tool.kind !== "unknown") return tool.unknown;
  return isRaw(tool.wire) ? undefined : tool.wire;
}

/** True if a tool can be written as `raw`: without expressions, and not of a known type. */
function isRaw(wire: JsonObject): boolean {
  const { type } = wire;
  const isUnknown = typeof type === "string" && !["code_interpreter", "file_search", "function"].includes(type);
  return isUnknown && !JSON.stringify(wire).includes("${") && yamlText({ raw: wire }) !== null;
}

/** One entry of `tools` for a tool without a file, and the ids it cannot refer to. */
export function toolEntry(
  tool: Exclude<ToolSpec, { kind: "function" }>,
  naming: Naming,
): { entries: unknown[]; unnamed: string[] } {
  switch (tool.kind) {
    case "code_interpreter": {
      const named = tool.files.map((id) => ({ id, written: fileName(id, naming) }));
      const files = named.flatMap(({ written: each }) => each ?? []);
      return {
        entries: [files.length === 0 ? tool.kind : { [tool.kind]: { files } }],
        unnamed: named.filter(({ written: each }) => each === null).map(({ id }) => id),
      };
    }
    case "file_search":
      return fileSearchEntry(tool, naming);
    case "unknown":
      return { entries: isRaw(tool.wire) ? [{ raw: tool.wire }] : [], unnamed: [] };
    case "unused_resources":
      return { entries: [], unnamed: [] };
  }
}

/** The reference to a file in an assistant's YAML; `null` when there is none. */
function fileName(id: string, { addressOf, namesIds }: Naming): string | { id: string } | null {
  const address = addressOf(id);
  if (address !== null) return posix.relative(folder, address.slice("file.".length));
  return namesIds ? { id } : null;
}

/** The reference to a vector store in an assistant's YAML; `null` when there is none. */
export function storeName(id: string, { addressOf, namesIds }: Naming): string | { id: string } | null {
  return addressOf(id)?.slice("vector_store.".length) ?? (namesIds ? { id } : null);
}

function fileSearchEntry(
  { kind, vectorStores, maxNumResults, rankingOptions }: FileSearchSpec,
  naming: Naming,
): { entries: unknown[]; unnamed: string[] } {
  const [id, ...others] = vectorStores;
  const store = id === undefined ? null : storeName(id, naming);
  const ranking = rankingOptions !== null &&
    !isUsualRanking(rankingOptions) && {
      ...(rankingOptions.ranker !== "auto" && { ranker: rankingOptions.ranker }),
      score_threshold: rankingOptions.score_threshold,
    };
  const options = {
    ...(store !== null && { vector_store: store }),
    ...(!isUsualMaximum(maxNumResults) && { max_num_results: maxNumResults }),
    ...(ranking && { ranking_options: ranking }),
  };
  return {
    entries: [Object.keys(options).length === 0 ? kind : { [kind]: options }],
    unnamed: [...(id !== undefined && store === null ? [id] : []), ...others],
  };
}

/** The metadata; some servers store values that are not text. */
function metadataPart({ metadata }: AssistantSpec): Part {
  const texts = Object.entries(metadata).filter(([, value]) => typeof value === "string");
  const others = Object.entries(metadata).filter(([, value]) => typeof value !== "string");
  return partOf(
    {
      metadata:
        texts.length === 0
          ? undefined
          : Object.fromEntries(texts.map(([key, value]) => [key, withoutExpressions(asText(value))])),
    },
    {
      unsaid: others.map(([key, value]) => ({
        field: `metadata.${key}`,
        what: `${JSON.stringify(value)} is not text`,
      })),
    },
  );
}
