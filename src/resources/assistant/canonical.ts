import type { FunctionToolSpec, ResponseFormatSpec, ToolSpec } from "./spec.ts";
import { type Json, canonicalJson, compareText, toCanonical } from "../../kit/json.ts";

/** What a file search does when it is not told how many results to give. */
const defaultMaxNumResults = 20;
const defaultRankers = new Set(["auto", "default_2024_08_21"]);

/** Type and name, which make two tools the same one: `code_interpreter`, `function get_weather`. */
export function toolKey(tool: ToolSpec): string {
  return tool.kind === "function" ? `function ${tool.name}` : tool.kind;
}

/** Tools in canonical form; their order is nothing, and none is `null`. */
export function canonicalTools(tools: readonly ToolSpec[]): Json {
  if (tools.length === 0) return null;
  return tools
    .map((tool) => ({ key: toolKey(tool), value: canonicalTool(tool) }))
    .toSorted((a, b) => compareText(a.key, b.key) || compareText(canonicalJson(a.value), canonicalJson(b.value)))
    .map(({ value }) => value);
}

/** A response format in canonical form; `auto` is `null`. */
export function canonicalResponseFormat(format: ResponseFormatSpec): Json {
  if (format === "auto") return null;
  if (typeof format === "string") return format;
  const { json_schema } = format;
  return toCanonical({ json_schema: { ...json_schema, description: json_schema.description || null } });
}

function canonicalTool(tool: ToolSpec): Json {
  switch (tool.kind) {
    case "code_interpreter":
      return { kind: tool.kind, files: tool.files.toSorted(compareText) };
    case "file_search":
      return {
        kind: tool.kind,
        vectorStores: tool.vectorStores.toSorted(compareText),
        maxNumResults: tool.maxNumResults === defaultMaxNumResults ? null : tool.maxNumResults,
        rankingOptions: canonicalRanking(tool.rankingOptions),
      };
    case "function":
      return canonicalFunction(tool);
  }
}

function canonicalRanking(options: Extract<ToolSpec, { kind: "file_search" }>["rankingOptions"]): Json {
  if (options === null) return null;
  const ranker = defaultRankers.has(options.ranker) ? null : options.ranker;
  if (ranker === null && options.score_threshold === 0) return null;
  return { ranker, score_threshold: options.score_threshold };
}

function canonicalFunction({ kind, name, description, parameters, strict }: FunctionToolSpec): Json {
  return {
    kind,
    name,
    description: toCanonical(description || null),
    parameters: takesNothing(parameters) ? null : toCanonical(parameters),
    strict,
  };
}

/** Servers write "no parameters" in several ways. */
function takesNothing(parameters: FunctionToolSpec["parameters"]): boolean {
  return (
    parameters === null ||
    ["{}", '{"properties":{},"type":"object"}', '{"type":"object"}'].includes(canonicalJson(parameters))
  );
}
