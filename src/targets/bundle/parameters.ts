/** A function that the assistant may call. */
export interface FunctionTool {
  type: "function";
  name: string;
  description?: string;
  /** A JSON Schema. */
  parameters: Record<string, unknown>;
  strict: boolean;
}

/** Search in vector stores. */
export interface FileSearchTool {
  type: "file_search";
  vector_store_ids: string[];
  max_num_results?: number;
  ranking_options?: { ranker?: "auto" | "default-2024-11-15"; score_threshold?: number };
}

/** Python that the assistant runs. */
export interface CodeInterpreterTool {
  type: "code_interpreter";
  container: { type: "auto"; file_ids?: string[] };
}

/** The format of answers. */
export type TextFormat =
  | { type: "text" }
  | { type: "json_object" }
  | { type: "json_schema"; name: string; description?: string; strict: boolean; schema: Record<string, unknown> };

/** The parameters of `POST /responses` that make a model an assistant: those that do not belong to one conversation. */
export interface RequestParameters {
  model: string;
  instructions?: string;
  temperature?: number;
  top_p?: number;
  reasoning?: { effort: "minimal" | "low" | "medium" | "high" };
  text?: { format: TextFormat };
  tools?: (FunctionTool | FileSearchTool | CodeInterpreterTool)[];
  metadata?: Record<string, string>;
}
