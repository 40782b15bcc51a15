import type { AssistantSpec, FileSearchSpec, ResponseFormatSpec, ToolSpec } from "../../resources/assistant/spec.ts";
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
import { type WireFormat, merged, unknownPart, withUnknown } from "../objects/wire-format.ts";

/** The wire format of assistants. Unknown parts are kept, so that an object is sent back as it was received. */
export const assistantFormat: WireFormat<AssistantSpec> = {
  path: "/assistants",
  toWire({ tools, response_format: format, metadata: _metadata, ...plain }, before) {
    return {
      ...plain,
      ...(format === undefined ? {} : { response_format: formatToWire(format) }),
      ...(tools === undefined ? {} : toolsToWire(tools, before?.tools ?? [])),
    };
  },
  fromWire(value, metadata) {
    if (typeof value.model !== "string") return null;
    return {
      name: asItIs(value.name),
      description: asItIs(value.description),
      model: value.model,
      instructions: asItIs(value.instructions),
      temperature: asItIs(value.temperature),
      top_p: asItIs(value.top_p),
      response_format: formatFromWire(value.response_format),
      reasoning_effort: asItIs(value.reasoning_effort),
      tools: toolsFromWire(value.tools, value.tool_resources),
      metadata,
    };
  },
};

/** A server may return values that the API does not specify; they are compared and shown like any other value. */
function asItIs(value: unknown): never {
  return (value ?? null) as never;
}

function formatToWire(format: ResponseFormatSpec): Json {
  if (format === "auto") return "auto";
  if (typeof format === "string") return { type: format };
  if ("wire" in format) return format.wire;
  const { name, description, strict, schema } = format.json_schema;
  const known = { name, strict, schema, ...(description === null ? {} : { description }) };
  return merged({ type: "json_schema", json_schema: known }, format.unknown) as Json;
}

function formatFromWire(value: unknown): ResponseFormatSpec {
  const known = knownFormat(value);
  if (typeof known !== "string") return { ...known, ...withUnknown(asObject(value), asObject(formatToWire(known))) };
  const rest = unknownPart(value, known === "auto" ? known : { type: known });
  return rest === undefined ? known : { wire: value as Json };
}

/** The known part of a format; `auto` for an unknown one. */
function knownFormat(value: unknown): Exclude<ResponseFormatSpec, { wire: Json }> {
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

/** Tools and their resources. A server keeps the resources of tools that are not named, so those of removed tools are emptied. */
function toolsToWire(tools: readonly ToolSpec[], before: readonly ToolSpec[]): JsonObject {
  const resources = [
    ...Object.keys(resourcesOf(before)).map((name) => [name, emptyResources[name]] as const),
    ...Object.entries(resourcesOf(tools)),
  ].filter(([, value]) => value !== undefined);
  return {
    tools: tools.flatMap((tool) => toolToWire(tool) ?? []),
    tool_resources: Object.fromEntries(resources),
  };
}

const emptyResources: JsonObject = { code_interpreter: { file_ids: [] }, file_search: { vector_store_ids: [] } };

/** The unknown parts of a known tool: of the tool itself, and of its resources. */
interface UnknownHalves {
  tool?: JsonObject;
  resources?: JsonObject;
}

function toolToWire(tool: ToolSpec): JsonObject | null {
  if (tool.kind === "unknown") return tool.wire;
  if (tool.kind === "unused_resources") return null;
  return merged(knownToWire(tool), (tool.unknown as UnknownHalves | undefined)?.tool);
}

type KnownTool = Exclude<ToolSpec, { wire: JsonObject }>;

function knownToWire(tool: KnownTool): JsonObject {
  switch (tool.kind) {
    case "code_interpreter":
      return { type: "code_interpreter" };
    case "file_search":
      return fileSearchToWire(tool);
    case "function": {
      const { name, description, parameters, strict } = tool;
      const optional = {
        ...(description === null ? {} : { description }),
        ...(parameters === null ? {} : { parameters }),
      };
      return { type: "function", function: { name, ...optional, strict } };
    }
  }
}

function fileSearchToWire({ maxNumResults, rankingOptions }: FileSearchSpec): JsonObject {
  if (maxNumResults === null && rankingOptions === null) return { type: "file_search" };
  return {
    type: "file_search",
    file_search: {
      ...(maxNumResults === null ? {} : { max_num_results: maxNumResults }),
      ...(rankingOptions === null ? {} : { ranking_options: rankingOptions }),
    },
  };
}

/** `tool_resources` by tool. */
function resourcesOf(tools: readonly ToolSpec[]): JsonObject {
  const all = tools.map((tool): JsonObject => {
    if (tool.kind === "unused_resources") return tool.wire;
    if (tool.kind !== "code_interpreter" && tool.kind !== "file_search") return {};
    return merged(knownResources(tool), (tool.unknown as UnknownHalves | undefined)?.resources);
  });
  return Object.assign({}, ...all) as JsonObject;
}

function knownResources(tool: KnownTool): JsonObject {
  if (tool.kind === "code_interpreter") return { code_interpreter: { file_ids: tool.files } };
  if (tool.kind === "file_search") return { file_search: { vector_store_ids: tool.vectorStores } };
  return {};
}

function toolsFromWire(tools: unknown, resources: unknown): ToolSpec[] {
  const given = asObject(resources);
  const read = objectsOf(tools).map((tool) => toolFromWire(tool, given));
  const used = new Set(read.map(({ kind }) => kind));
  const unused = Object.entries(given).filter(([name, value]) => !used.has(name as ToolSpec["kind"]) && holds(value));
  return unused.length === 0 ? read : [...read, { kind: "unused_resources", wire: Object.fromEntries(unused) }];
}

/** True for resources that are set: a server returns empty lists for none. */
function holds(value: unknown): boolean {
  return Object.values(asObject(value)).some((each) => each !== null && !(Array.isArray(each) && each.length === 0));
}

function toolFromWire(wire: JsonObject, resources: JsonObject): ToolSpec {
  const known = knownTool(wire, resources);
  if (known === null) return { kind: "unknown", wire };
  const tool = withUnknown(wire, knownToWire(known)).unknown;
  const own = Object.hasOwn(resources, known.kind) ? { [known.kind]: resources[known.kind] } : {};
  const rest = withUnknown(own, knownResources(known)).unknown;
  if (tool === undefined && rest === undefined) return known;
  return {
    ...known,
    unknown: { ...(tool === undefined ? {} : { tool }), ...(rest === undefined ? {} : { resources: rest }) },
  };
}

function knownTool(tool: JsonObject, resources: JsonObject): KnownTool | null {
  if (tool.type === "code_interpreter") {
    return { kind: "code_interpreter", files: textsOf(asObject(resources.code_interpreter).file_ids) };
  }
  if (tool.type === "file_search") {
    return fileSearchFromWire(tool.file_search, textsOf(asObject(resources.file_search).vector_store_ids));
  }
  if (tool.type !== "function" || !isObject(tool.function) || typeof tool.function.name !== "string") return null;
  const { name, description, parameters, strict } = tool.function;
  return {
    kind: "function",
    name,
    description: textOrNull(description),
    parameters: isObject(parameters) ? parameters : null,
    strict: strict === true,
  };
}

function fileSearchFromWire(options: unknown, vectorStores: string[]): FileSearchSpec {
  const given = asObject(options);
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

function textsOf(value: unknown): string[] {
  return asList(value).filter((each) => typeof each === "string");
}
