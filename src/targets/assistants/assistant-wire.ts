import type { OpenAI } from "openai";
import type {
  AssistantSpec,
  LiveAssistant,
  Marker,
  ResponseFormatSpec,
  ToolSpec,
} from "../../resources/assistant/spec.ts";
import { type JsonObject, asObject, isObject, numberOrNull, objectsOf, textOrNull } from "../../kit/json.ts";

type RankingOptions = OpenAI.Beta.FileSearchTool.FileSearch.RankingOptions;
type AssistantBody = OpenAI.Beta.AssistantCreateParams;

const markerKeys = { owner: "playbill.owner", spec: "playbill.spec", rev: "playbill.rev" } as const;

/** The body that creates or changes an assistant: the fields of `spec` that are there, and the marker among the metadata. */
export function toWire(
  spec: Partial<AssistantSpec>,
  metadata: Record<string, string>,
  marker: Marker,
): Partial<AssistantBody> {
  const { tools, response_format, metadata: _, ...plain } = spec;
  return {
    ...(plain as Partial<AssistantBody>),
    ...(response_format === undefined ? {} : { response_format: responseFormatToWire(response_format) }),
    ...(tools === undefined ? {} : { tools: tools.map(toolToWire), tool_resources: resourcesToWire(tools) }),
    metadata: { ...metadata, ...markerToWire(marker) },
  };
}

/** Reads an assistant as the API gives it; `null` when it is not one. Fields that only the server knows are dropped. */
export function fromWire(value: unknown): LiveAssistant | null {
  if (!isObject(value) || typeof value.id !== "string" || typeof value.model !== "string") return null;
  const metadata = stringsOf(value.metadata);
  return {
    kind: "assistant",
    id: value.id,
    createdAt: typeof value.created_at === "number" ? value.created_at : 0,
    spec: {
      name: textOrNull(value.name),
      description: textOrNull(value.description),
      model: value.model,
      instructions: textOrNull(value.instructions),
      temperature: numberOrNull(value.temperature),
      top_p: numberOrNull(value.top_p),
      response_format: responseFormatFromWire(value.response_format),
      reasoning_effort: textOrNull(value.reasoning_effort),
      tools: toolsFromWire(value.tools, value.tool_resources),
      metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !isMarkerKey(key))),
    },
    marker: markerFromWire(metadata),
  };
}

function isMarkerKey(key: string): boolean {
  return key === markerKeys.owner || key === markerKeys.spec || key === markerKeys.rev;
}

function markerToWire({ owner, spec, rev }: Marker): Record<string, string> {
  return { [markerKeys.owner]: owner, [markerKeys.spec]: spec, [markerKeys.rev]: rev };
}

function markerFromWire(metadata: Record<string, string>): Marker | null {
  const owner = metadata[markerKeys.owner];
  if (owner === undefined) return null;
  return { owner, spec: metadata[markerKeys.spec] ?? "", rev: metadata[markerKeys.rev] ?? "" };
}

function responseFormatToWire(format: ResponseFormatSpec): NonNullable<AssistantBody["response_format"]> {
  if (format === "auto") return "auto";
  if (typeof format === "string") return { type: format };
  const { name, description, strict, schema } = format.json_schema;
  return {
    type: "json_schema",
    json_schema: {
      name,
      strict,
      schema: schema as Record<string, unknown>,
      ...(description === null ? {} : { description }),
    },
  };
}

function responseFormatFromWire(value: unknown): ResponseFormatSpec {
  if (!isObject(value)) return "auto";
  if (value.type === "text" || value.type === "json_object") return value.type;
  if (value.type !== "json_schema" || !isObject(value.json_schema)) return "auto";
  const { name, description, strict, schema } = value.json_schema;
  return {
    json_schema: {
      name: textOrNull(name) ?? "",
      description: textOrNull(description),
      strict: strict === true,
      schema: isObject(schema) || typeof schema === "boolean" ? schema : {},
    },
  };
}

function toolToWire(tool: ToolSpec): OpenAI.Beta.AssistantTool {
  switch (tool.kind) {
    case "code_interpreter":
      return { type: "code_interpreter" };
    case "file_search":
      return fileSearchToWire(tool);
    case "function":
      return {
        type: "function",
        function: {
          name: tool.name,
          ...(tool.description === null ? {} : { description: tool.description }),
          ...(tool.parameters === null ? {} : { parameters: tool.parameters }),
          strict: tool.strict,
        },
      };
  }
}

function fileSearchToWire(tool: Extract<ToolSpec, { kind: "file_search" }>): OpenAI.Beta.FileSearchTool {
  const { maxNumResults, rankingOptions } = tool;
  if (maxNumResults === null && rankingOptions === null) return { type: "file_search" };
  return {
    type: "file_search",
    file_search: {
      ...(maxNumResults === null ? {} : { max_num_results: maxNumResults }),
      ...(rankingOptions === null ? {} : { ranking_options: rankingOptions as RankingOptions }),
    },
  };
}

function resourcesToWire(tools: ToolSpec[]): NonNullable<AssistantBody["tool_resources"]> {
  const code = tools.find((tool) => tool.kind === "code_interpreter");
  const search = tools.find((tool) => tool.kind === "file_search");
  return {
    ...(code === undefined ? {} : { code_interpreter: { file_ids: code.files } }),
    ...(search === undefined ? {} : { file_search: { vector_store_ids: search.vectorStores } }),
  };
}

function toolsFromWire(tools: unknown, resources: unknown): ToolSpec[] {
  const files = idsOf(resources, "code_interpreter", "file_ids");
  const vectorStores = idsOf(resources, "file_search", "vector_store_ids");
  return objectsOf(tools).flatMap((tool): ToolSpec[] => {
    if (tool.type === "code_interpreter") return [{ kind: "code_interpreter", files }];
    if (tool.type === "file_search") return [fileSearchFromWire(tool.file_search, vectorStores)];
    if (tool.type === "function" && isObject(tool.function)) return [functionFromWire(tool.function)];
    return [];
  });
}

function fileSearchFromWire(options: unknown, vectorStores: string[]): ToolSpec {
  const given = isObject(options) ? options : {};
  const ranking = isObject(given.ranking_options) ? given.ranking_options : null;
  return {
    kind: "file_search",
    vectorStores,
    maxNumResults: numberOrNull(given.max_num_results),
    rankingOptions:
      ranking === null
        ? null
        : { ranker: textOrNull(ranking.ranker) ?? "auto", score_threshold: numberOrNull(ranking.score_threshold) ?? 0 },
  };
}

function functionFromWire(definition: JsonObject): ToolSpec {
  return {
    kind: "function",
    name: textOrNull(definition.name) ?? "",
    description: textOrNull(definition.description),
    parameters: isObject(definition.parameters) ? definition.parameters : null,
    strict: definition.strict === true,
  };
}

function idsOf(resources: unknown, tool: string, key: string): string[] {
  const ids = asObject(asObject(resources)[tool])[key];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

function stringsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
