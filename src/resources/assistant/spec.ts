/** Resources in canonical form: the same value whether it was read from YAML or from an API. `null` is "not set". */

export type ToolSpec =
  | { kind: "code_interpreter"; files: string[] }
  | {
      kind: "file_search";
      vectorStores: string[];
      maxNumResults: number | null;
      rankingOptions: { ranker: string; score_threshold: number } | null;
    }
  | FunctionToolSpec;

export interface FunctionToolSpec {
  kind: "function";
  name: string;
  description: string | null;
  /** A JSON Schema; `null` when the function takes none. */
  parameters: Record<string, unknown> | null;
  strict: boolean;
}

export type ResponseFormatSpec =
  | "auto"
  | "text"
  | "json_object"
  | {
      json_schema: {
        name: string;
        description: string | null;
        strict: boolean;
        schema: Record<string, unknown> | boolean;
      };
    };

/** An assistant. Field names are the ones of the YAML files, so that a plan speaks the reader's language. */
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

/** Who owns a remote object; written in the same request that creates it. */
export interface Marker {
  /** `project/target/address`. */
  owner: string;
  /** Hash of what was applied. */
  spec: string;
  /** Git commit, or empty. */
  rev: string;
}

/** An assistant as it is at the target now. */
export interface LiveAssistant {
  kind: "assistant";
  id: string;
  /** Seconds since 1970. */
  createdAt: number;
  spec: AssistantSpec;
  marker: Marker | null;
}
