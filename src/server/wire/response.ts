import { Type, type Static } from "../../schema/builder.ts";
import { Id, Metadata, ReasoningEffort, Temperature, TopP, closed, oneOf, optional } from "./common.ts";
import type { Item } from "./item.ts";

const AnyObject = Type.Unsafe<Record<string, unknown>>({ type: "object" });
const Name = Type.String({ pattern: "^[a-zA-Z0-9_-]+$", maxLength: 64 });

const FunctionTool = Type.Object(
  {
    type: Type.Literal("function"),
    name: Name,
    description: optional(Type.String()),
    parameters: optional(AnyObject),
    strict: optional(Type.Boolean()),
    output_schema: optional(AnyObject),
  },
  closed,
);
const FileSearchTool = Type.Object(
  {
    type: Type.Literal("file_search"),
    vector_store_ids: Type.Array(Id, { minItems: 1 }),
    max_num_results: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    ranking_options: Type.Optional(
      Type.Object(
        {
          ranker: Type.Optional(oneOf("auto", "default-2024-11-15")),
          score_threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        },
        closed,
      ),
    ),
    filters: optional(AnyObject),
  },
  closed,
);
/** The memory sizes that a container can have; the interpreter's own limit applies to all of them. */
export const MemoryLimit = oneOf("1g", "4g", "16g", "64g");
const AutoContainer = Type.Object(
  {
    type: Type.Literal("auto"),
    file_ids: Type.Optional(Type.Array(Id, { maxItems: 50 })),
    memory_limit: optional(MemoryLimit),
    network_policy: Type.Optional(Type.Object({ type: oneOf("disabled") }, closed)),
  },
  closed,
);
const CodeInterpreterTool = Type.Object(
  { type: Type.Literal("code_interpreter"), container: Type.Union([Id, AutoContainer]) },
  closed,
);
/** A tool of a response, in requests and in answers. */
export const ResponseTool = Type.Union([FunctionTool, FileSearchTool, CodeInterpreterTool]);
export type ResponseTool = Static<typeof ResponseTool>;

const ChosenTool = Type.Union([
  Type.Object({ type: Type.Literal("function"), name: Type.String({ minLength: 1 }) }, closed),
  Type.Object({ type: Type.Literal("file_search") }, closed),
  Type.Object({ type: Type.Literal("code_interpreter") }, closed),
]);
const ToolChoice = Type.Union([
  oneOf("none", "auto", "required"),
  Type.Union([
    ...ChosenTool.anyOf,
    Type.Object(
      { type: Type.Literal("allowed_tools"), mode: oneOf("auto", "required"), tools: Type.Array(ChosenTool) },
      closed,
    ),
  ]),
]);
/** Which tools the model may or must call. */
export type ResponseToolChoice = Static<typeof ToolChoice>;

const TextFormat = Type.Union([
  Type.Object({ type: Type.Literal("text") }, closed),
  Type.Object({ type: Type.Literal("json_object") }, closed),
  Type.Object(
    {
      type: Type.Literal("json_schema"),
      name: Name,
      description: Type.Optional(Type.String()),
      schema: AnyObject,
      strict: optional(Type.Boolean()),
    },
    closed,
  ),
]);
/** The format of the answer. */
export type TextFormat = Static<typeof TextFormat>;
const TextSettings = Type.Object(
  { format: Type.Optional(TextFormat), verbosity: optional(oneOf("low", "medium", "high")) },
  closed,
);
const Summary = oneOf("auto", "concise", "detailed");
const Reasoning = Type.Object(
  { effort: optional(ReasoningEffort), summary: optional(Summary), generate_summary: optional(Summary) },
  closed,
);

/** The extra fields that a request can ask for. */
export const Include = oneOf(
  "file_search_call.results",
  "web_search_call.results",
  "web_search_call.action.sources",
  "message.input_image.image_url",
  "computer_call_output.output.image_url",
  "code_interpreter_call.outputs",
  "reasoning.encrypted_content",
  "message.output_text.logprobs",
);
export type Include = Static<typeof Include>;

const Conversation = Type.Union([Id, Type.Object({ id: Id }, closed)]);
/** A text, or items; each is checked separately, once its defaults are filled in. */
const Input = Type.Union([Type.String({ maxLength: 10_485_760 }), Type.Array(Type.Unknown())]);

/** The fields that decide the request to the model; the complete body of `POST /responses/input_tokens`. */
const asked = {
  model: optional(Type.String({ minLength: 1 })),
  input: optional(Input),
  instructions: optional(Type.String()),
  tools: optional(Type.Array(ResponseTool, { maxItems: 128 })),
  tool_choice: optional(ToolChoice),
  parallel_tool_calls: optional(Type.Boolean()),
  text: optional(TextSettings),
  reasoning: optional(Reasoning),
  truncation: optional(oneOf("auto", "disabled")),
  conversation: optional(Conversation),
  previous_response_id: optional(Id),
};

/** Body of `POST /responses/input_tokens`. */
export const CountInputTokens = Type.Object(asked, closed);
export type CountInputTokens = Static<typeof CountInputTokens>;

/** Body of `POST /responses`. Fields declared as unknown are rejected by name if given; see `unserved`. */
export const CreateResponse = Type.Object(
  {
    ...asked,
    max_tool_calls: optional(Type.Integer({ minimum: 1 })),
    max_output_tokens: optional(Type.Integer({ minimum: 16 })),
    temperature: optional(Temperature),
    top_p: optional(TopP),
    include: optional(Type.Array(Include)),
    store: optional(Type.Boolean()),
    background: optional(Type.Boolean()),
    stream: optional(Type.Boolean()),
    stream_options: optional(Type.Object({ include_obfuscation: Type.Optional(Type.Boolean()) }, closed)),
    metadata: optional(Metadata),
    service_tier: optional(oneOf("auto", "default", "flex", "scale", "priority", "fast", "ultrafast")),
    safety_identifier: optional(Type.String({ maxLength: 64 })),
    prompt_cache_key: optional(Type.String()),
    prompt_cache_retention: optional(oneOf("in_memory", "24h")),
    user: optional(Type.String()),
    top_logprobs: optional(Type.Integer({ minimum: 0, maximum: 20 })),
    prompt: Type.Optional(Type.Unknown()),
    moderation: Type.Optional(Type.Unknown()),
    context_management: Type.Optional(Type.Unknown()),
    prompt_cache_options: Type.Optional(Type.Unknown()),
  },
  closed,
);
export type CreateResponse = Static<typeof CreateResponse>;

/** Parameters of the original that are rejected by name. */
export const unserved = ["prompt", "moderation", "context_management", "prompt_cache_options"] as const;

/** The status of a response; see `responses/state.ts` for the transitions. */
export type ResponseStatus = "queued" | "in_progress" | "completed" | "incomplete" | "failed" | "cancelled";

/** Tokens used, and how many of them were cached and used for reasoning. */
export interface ResponseUsage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

/** A response, as it is stored; its items in answers have only the requested fields. */
export interface ResponseObject {
  id: string;
  object: "response";
  created_at: number;
  status: ResponseStatus;
  background: boolean;
  completed_at: number | null;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: "max_output_tokens" | "content_filter" } | null;
  instructions: string | null;
  max_output_tokens: number | null;
  max_tool_calls: number | null;
  model: string;
  output: Item[];
  parallel_tool_calls: boolean;
  previous_response_id: string | null;
  prompt_cache_key: string | null;
  prompt_cache_retention: string | null;
  reasoning: { effort: string | null; summary: string | null };
  safety_identifier: string | null;
  service_tier: string;
  store: boolean;
  temperature: number;
  text: { format: TextFormat; verbosity: string };
  tool_choice: ResponseToolChoice;
  tools: ResponseTool[];
  top_logprobs: number;
  top_p: number;
  truncation: "auto" | "disabled";
  usage: ResponseUsage | null;
  user: string | null;
  metadata: Metadata;
  /** Present only if there is one. */
  conversation?: { id: string };
}

/** One event of a response's stream, in its wire format. */
export type ResponseEvent = { type: string; sequence_number: number } & Record<string, unknown>;
