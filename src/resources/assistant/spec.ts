import type { Json, JsonObject } from "../../kit/json.ts";

/**
 * An assistant: the same value whether it was read from YAML or from an API, with `null` for unset fields. Field names are those of the YAML
 * files, so that plans use them too.
 */
export interface AssistantSpec {
  name: string | null;
  description: string | null;
  model: string;
  instructions: string | null;
  temperature: number | null;
  top_p: number | null;
  response_format: ResponseFormatSpec;
  reasoning_effort: string | null;
  tools: ToolSpec[];
  /** Without the ownership marker. */
  metadata: Record<string, string>;
}
export type AssistantField = keyof AssistantSpec;

/** The parts of an API object that Playbill does not know, unchanged: an update that replaces the object sends them back. */
interface WithUnknown {
  unknown?: JsonObject;
}

export type ToolSpec = CodeInterpreterSpec | FileSearchSpec | FunctionToolSpec | UnknownToolSpec | UnusedResourcesSpec;

export interface CodeInterpreterSpec extends WithUnknown {
  kind: "code_interpreter";
  files: string[];
}

export interface FileSearchSpec extends WithUnknown {
  kind: "file_search";
  vectorStores: string[];
  maxNumResults: number | null;
  rankingOptions: { ranker: string; score_threshold: number } | null;
}

export interface FunctionToolSpec extends WithUnknown {
  kind: "function";
  name: string;
  description: string | null;
  /** A JSON Schema; `null` when the function has no parameters. */
  parameters: Record<string, unknown> | null;
  strict: boolean;
}

/** A tool of a type that Playbill does not know, as the API returned it. */
export interface UnknownToolSpec {
  kind: "unknown";
  wire: JsonObject;
}

/** Resources at the target for tools that the assistant does not have, as the API returned them. */
export interface UnusedResourcesSpec {
  kind: "unused_resources";
  wire: JsonObject;
}

export type ResponseFormatSpec =
  | "auto"
  | "text"
  | "json_object"
  | ({
      json_schema: {
        name: string;
        description: string | null;
        strict: boolean;
        schema: Record<string, unknown> | boolean;
      };
    } & WithUnknown)
  /** A format that Playbill does not know, as the API returned it. */
  | { wire: Json };
