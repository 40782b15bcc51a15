import {
  type Json,
  type JsonObject,
  asList,
  asObject,
  isObject,
  numberOrNull,
  objectsOf,
  textOrNull,
} from "../../kit/json.ts";
import { takesNothing } from "../../resources/assistant/fields.ts";
import type { AssistantSpec, ResponseFormatSpec, ToolSpec } from "../../resources/assistant/spec.ts";
import { merged, withUnknown } from "../objects/wire-format.ts";

/** The request parameters that make a model this assistant; they do not include the assistant's name and description. */
export function requestOf(spec: AssistantSpec): JsonObject {
  const { model, instructions, temperature, top_p, reasoning_effort: effort, response_format: format, metadata } = spec;
  const tools = spec.tools.flatMap((tool) => toolToWire(tool) ?? []);
  return {
    model,
    ...(instructions !== null && { instructions }),
    ...(temperature !== null && { temperature }),
    ...(top_p !== null && { top_p }),
    ...(effort !== null && { reasoning: { effort } }),
    ...(format !== "auto" && { text: { format: formatToWire(format) } }),
    ...(tools.length > 0 && { tools }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** Reads those parameters, with the name and description stored beside them; `null` when they are not those of an assistant. */
export function specOf(request: JsonObject, { name, description }: JsonObject): AssistantSpec | null {
  if (typeof request.model !== "string") return null;
  return {
    name: textOrNull(name),
    description: textOrNull(description),
    model: request.model,
    instructions: textOrNull(request.instructions),
    temperature: numberOrNull(request.temperature),
    top_p: numberOrNull(request.top_p),
    response_format: formatFromWire(asObject(request.text).format),
    reasoning_effort: textOrNull(asObject(request.reasoning).effort),
    tools: objectsOf(request.tools).map(toolFromWire),
    metadata: asObject(request.metadata) as Record<string, string>,
  };
}

function formatToWire(format: Exclude<ResponseFormatSpec, "auto">): Json {
  if (typeof format === "string") return { type: format };
  if ("wire" in format) return format.wire;
  const { name, description, strict, schema } = format.json_schema;
  const known = { type: "json_schema", name, strict, schema, ...(description !== null && { description }) };
  return merged(known, format.unknown) as Json;
}

function formatFromWire(value: unknown): ResponseFormatSpec {
  if (value === undefined || value === null) return "auto";
  const known = knownFormat(value);
  if (known === null) return { wire: value as Json };
  const rest = withUnknown(asObject(value), asObject(formatToWire(known)));
  if (typeof known !== "string") return { ...known, ...rest };
  return rest.unknown === undefined ? known : { wire: value as Json };
}

function knownFormat(value: unknown): Exclude<ResponseFormatSpec, "auto" | { wire: Json }> | null {
  const { type, name, description, strict, schema } = asObject(value);
  if (type === "text" || type === "json_object") return type;
  if (type !== "json_schema" || typeof name !== "string") return null;
  const isSchema = isObject(schema) || typeof schema === "boolean";
  return {
    json_schema: {
      name,
      description: textOrNull(description),
      strict: strict === true,
      schema: isSchema ? schema : {},
    },
  };
}

/** `null` for the resources of absent tools: in this API, resources belong to tools. */
function toolToWire(tool: ToolSpec): JsonObject | null {
  if (tool.kind === "unknown") return tool.wire;
  if (tool.kind === "unused_resources") return null;
  return merged(knownToWire(tool), asObject(tool.unknown?.tool));
}

type KnownTool = Exclude<ToolSpec, { wire: JsonObject }>;

function knownToWire(tool: KnownTool): JsonObject {
  switch (tool.kind) {
    case "code_interpreter":
      return {
        type: "code_interpreter",
        container: { type: "auto", ...(tool.files.length > 0 && { file_ids: tool.files }) },
      };
    case "file_search":
      return {
        type: "file_search",
        vector_store_ids: tool.vectorStores,
        ...(tool.maxNumResults !== null && { max_num_results: tool.maxNumResults }),
        ...(tool.rankingOptions !== null && { ranking_options: tool.rankingOptions }),
      };
    case "function":
      return {
        type: "function",
        name: tool.name,
        ...(tool.description !== null && { description: tool.description }),
        // The API requires a schema, and makes a function strict unless it states otherwise.
        parameters: takesNothing(tool.parameters) ? noParameters : tool.parameters,
        strict: tool.strict,
      };
  }
}

const noParameters = { type: "object", properties: {} };

function toolFromWire(wire: JsonObject): ToolSpec {
  const known = knownTool(wire);
  if (known === null) return { kind: "unknown", wire };
  const { unknown } = withUnknown(wire, knownToWire(known));
  return unknown === undefined ? known : { ...known, unknown: { tool: unknown } };
}

function knownTool(wire: JsonObject): KnownTool | null {
  if (wire.type === "code_interpreter") {
    const { container } = wire;
    // A container that a user created explicitly is named by its id.
    return isObject(container) ? { kind: "code_interpreter", files: textsOf(container.file_ids) } : null;
  }
  if (wire.type === "file_search") {
    const ranking = isObject(wire.ranking_options) ? wire.ranking_options : null;
    return {
      kind: "file_search",
      vectorStores: textsOf(wire.vector_store_ids),
      maxNumResults: numberOrNull(wire.max_num_results),
      rankingOptions: ranking && {
        ranker: textOrNull(ranking.ranker) ?? "auto",
        score_threshold: numberOrNull(ranking.score_threshold) ?? 0,
      },
    };
  }
  if (wire.type !== "function" || typeof wire.name !== "string") return null;
  return {
    kind: "function",
    name: wire.name,
    description: textOrNull(wire.description),
    parameters: isObject(wire.parameters) ? wire.parameters : null,
    strict: wire.strict !== false,
  };
}

function textsOf(value: unknown): string[] {
  return asList(value).filter((each) => typeof each === "string");
}
