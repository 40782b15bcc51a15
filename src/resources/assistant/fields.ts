import { type Json, asText, canonicalJson, compareText, isObject, toCanonical } from "../../kit/json.ts";
import { isAddress } from "../address.ts";
import type { FieldRule, FieldTable } from "../fields.ts";
import { canonicalSchema } from "../json-schema.ts";
import type { AssistantSpec, FileSearchSpec, FunctionToolSpec, ResponseFormatSpec, ToolSpec } from "./spec.ts";

/** The canonical form of JSON Schemas. */
type SchemaForm = (schema: unknown) => Json;

/** Canonical forms of functions, which many assistants share. */
const functionForms = new Map<SchemaForm, WeakMap<FunctionToolSpec, Json>>([
  [canonicalSchema, new WeakMap()],
  [toCanonical, new WeakMap()],
]);

const text = {
  canonical: (value: string | null) => toCanonical(value || null),
  cleared: null,
  view: { kind: "text" },
  isKeyed: false,
} as const;

/** A number whose default in the API is 1. */
const share: FieldRule<number | null> = {
  canonical: (number) => (number === 1 ? null : number),
  cleared: null,
  view: { kind: "value" },
  isEvaluated: false,
  isKeyed: false,
};

/** The rules of an assistant's fields, in reading order. Lengths are the API's limits, in characters. */
export const assistantFields: FieldTable<AssistantSpec> = {
  name: { ...text, maxLength: 256, isEvaluated: true },
  description: { ...text, maxLength: 512, isEvaluated: true },
  model: { ...text, canonical: (name) => name, cleared: "", isEvaluated: true },
  instructions: { ...text, maxLength: 256_000, isEvaluated: true },
  temperature: share,
  top_p: share,
  response_format: {
    canonical: (format) => canonicalFormat(format, canonicalSchema),
    formerly: (format) => canonicalFormat(format, toCanonical),
    cleared: "auto",
    view: { kind: "schema", key: "json_schema" },
    isEvaluated: false,
    isKeyed: false,
  },
  reasoning_effort: { ...text, canonical: (effort) => effort, isEvaluated: false },
  tools: {
    canonical: (tools) => canonicalTools(tools, canonicalSchema),
    formerly: (tools) => canonicalTools(tools, toCanonical),
    cleared: [],
    view: { kind: "parts", nameOf: (tool) => toolKey(tool as ToolSpec), schemas: ["parameters"] },
    isEvaluated: false,
    isKeyed: false,
    isUnfinished: lacksOnlyNew,
    references: {
      addresses: (tools) => tools.flatMap(namesOf).filter(isAddress),
      bind: (tools, idOf) => tools.map((tool) => bindTool(tool, (name) => (isAddress(name) ? idOf(name) : name))),
    },
  },
  metadata: {
    canonical: toCanonical,
    cleared: {},
    view: { kind: "text" },
    maxLength: 512,
    // The API allows 16; three are the marker's.
    maxKeys: 13,
    isEvaluated: true,
    isKeyed: true,
  },
};

/** The ids of files and vector stores, or their addresses while they have no ids. */
function namesOf(tool: ToolSpec): string[] {
  if (tool.kind === "code_interpreter") return tool.files;
  return tool.kind === "file_search" ? tool.vectorStores : [];
}

function bindTool(tool: ToolSpec, bind: (name: string) => string): ToolSpec {
  if (tool.kind === "code_interpreter") return { ...tool, files: tool.files.map(bind) };
  return tool.kind === "file_search" ? { ...tool, vectorStores: tool.vectorStores.map(bind) } : tool;
}

/** True when the target lacks only what is created again: a server removes deleted files from the assistants that had them. */
function lacksOnlyNew(live: readonly ToolSpec[], wanted: readonly ToolSpec[]): boolean {
  if (!wanted.flatMap(namesOf).some(isAddress)) return false;
  const known = (names: readonly string[]) => names.filter((name) => !isAddress(name));
  const there = wanted.map((tool): ToolSpec => {
    if (tool.kind === "code_interpreter") return { ...tool, files: known(tool.files) };
    return tool.kind === "file_search" ? { ...tool, vectorStores: known(tool.vectorStores) } : tool;
  });
  const [one, other] = [live, there].map((tools) => canonicalJson(canonicalTools(tools, canonicalSchema)));
  return one === other;
}

/** The type and name that identify a tool: `code_interpreter`, `function get_weather`. */
export function toolKey(tool: ToolSpec): string {
  switch (tool.kind) {
    case "function":
      return `function ${tool.name}`;
    case "unknown":
      return ["unknown tool", asText(tool.wire.type), labelOf(tool.wire)].filter((part) => part !== "").join(" ");
    case "unused_resources":
      return "resources of absent tools";
    case "code_interpreter":
    case "file_search":
      return tool.kind;
  }
}

/** The name that distinguishes unknown tools of one type; the `mcp` tool has a server label. */
function labelOf({ name, server_label: label }: { name?: unknown; server_label?: unknown }): string {
  return asText(name) || asText(label);
}

/** The default number of results of a file search. */
const defaultMaxNumResults = 20;
const defaultRankers = new Set(["auto", "default_2024_08_21"]);

/** Tools in canonical form, independent of their order; `null` for none. */
function canonicalTools(tools: readonly ToolSpec[], schema: SchemaForm): Json {
  if (tools.length === 0) return null;
  return tools
    .map((tool) => ({ key: toolKey(tool), value: canonicalTool(tool, schema) }))
    .toSorted((a, b) => compareText(a.key, b.key) || compareText(canonicalJson(a.value), canonicalJson(b.value)))
    .map(({ value }) => value);
}

function canonicalTool(tool: ToolSpec, schema: SchemaForm): Json {
  switch (tool.kind) {
    case "code_interpreter":
      return toCanonical({ ...tool, files: tool.files.toSorted(compareText) });
    case "file_search":
      return toCanonical({
        ...tool,
        vectorStores: tool.vectorStores.toSorted(compareText),
        maxNumResults: isUsualMaximum(tool.maxNumResults) ? null : tool.maxNumResults,
        rankingOptions: canonicalRanking(tool.rankingOptions),
      });
    case "function": {
      const forms = functionForms.get(schema);
      const form = forms?.get(tool) ?? canonicalFunction(tool, schema);
      forms?.set(tool, form);
      return form;
    }
    case "unknown":
    case "unused_resources":
      return toCanonical(tool);
  }
}

/** True for the default number of results of a file search. */
export function isUsualMaximum(maxNumResults: FileSearchSpec["maxNumResults"]): boolean {
  return maxNumResults === null || maxNumResults === defaultMaxNumResults;
}

/** True for the default ranking of a file search. */
export function isUsualRanking(options: FileSearchSpec["rankingOptions"]): boolean {
  return options === null || (defaultRankers.has(options.ranker) && options.score_threshold === 0);
}

function canonicalFunction(tool: FunctionToolSpec, schema: SchemaForm): Json {
  return toCanonical({
    ...tool,
    description: tool.description || null,
    parameters: takesNothing(tool.parameters) ? null : schema(tool.parameters),
  });
}

function canonicalRanking(options: FileSearchSpec["rankingOptions"]): Json {
  if (options === null || isUsualRanking(options)) return null;
  const ranker = defaultRankers.has(options.ranker) ? null : options.ranker;
  return { ranker, score_threshold: options.score_threshold };
}

/** True for a function without parameters, which servers represent in several ways: no schema, an empty one, one of an object, or one of an object without properties. */
export function takesNothing(parameters: Record<string, unknown> | null): boolean {
  const { type, properties, ...others } = parameters ?? {};
  if (Object.values(others).some((value) => value !== undefined)) return false;
  if (properties === undefined) return type === undefined || type === "object";
  return type === "object" && isObject(properties) && Object.keys(properties).length === 0;
}

/** A response format in canonical form; `auto` is `null`. */
function canonicalFormat(format: ResponseFormatSpec, schema: SchemaForm): Json {
  if (format === "auto") return null;
  if (typeof format === "string" || "wire" in format) return toCanonical(format);
  const { json_schema, ...unknown } = format;
  const { description, schema: written } = json_schema;
  return toCanonical({
    ...unknown,
    json_schema: { ...json_schema, description: description || null, schema: schema(written) },
  });
}
