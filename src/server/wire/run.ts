import { Type, type Static } from "../../schema/builder.ts";
import {
  Id,
  Metadata,
  NewToolResources,
  ReasoningEffort,
  ResponseFormat,
  Temperature,
  Tool,
  TopP,
  closed,
  oneOf,
  optional,
  type ToolResources,
} from "./common.ts";
import { CreateMessage } from "./message.ts";
import { CreateThread } from "./thread.ts";

const TruncationStrategy = Type.Object(
  { type: oneOf("auto", "last_messages"), last_messages: optional(Type.Integer({ minimum: 1 })) },
  closed,
);
const ToolChoice = Type.Union([
  oneOf("none", "auto", "required"),
  Type.Union([
    Type.Object({ type: Type.Literal("code_interpreter") }, closed),
    Type.Object({ type: Type.Literal("file_search") }, closed),
    Type.Object(
      { type: Type.Literal("function"), function: Type.Object({ name: Type.String({ minLength: 1 }) }, closed) },
      closed,
    ),
  ]),
]);

const overrides = {
  assistant_id: Id,
  model: optional(Type.String({ minLength: 1 })),
  instructions: optional(Type.String({ maxLength: 256_000 })),
  tools: optional(Type.Array(Tool, { maxItems: 20 })),
  metadata: optional(Metadata),
  temperature: optional(Temperature),
  top_p: optional(TopP),
  reasoning_effort: optional(ReasoningEffort),
  max_prompt_tokens: optional(Type.Integer({ minimum: 256 })),
  /** The specification says 256, the original accepted 16. */
  max_completion_tokens: optional(Type.Integer({ minimum: 1 })),
  truncation_strategy: optional(TruncationStrategy),
  tool_choice: optional(ToolChoice),
  parallel_tool_calls: optional(Type.Boolean()),
  response_format: optional(ResponseFormat),
  stream: optional(Type.Boolean()),
};

/** Body of `POST /threads/{thread_id}/runs`. */
export const CreateRun = Type.Object(
  {
    ...overrides,
    additional_instructions: optional(Type.String({ maxLength: 256_000 })),
    additional_messages: optional(Type.Array(CreateMessage)),
  },
  closed,
);
export type CreateRun = Static<typeof CreateRun>;
/** Body of `POST /threads/runs`. */
export const CreateThreadAndRun = Type.Object(
  { ...overrides, thread: optional(CreateThread), tool_resources: optional(NewToolResources) },
  closed,
);
/** Body of `POST /threads/{thread_id}/runs/{run_id}`. */
export const ModifyRun = Type.Object({ metadata: optional(Metadata) }, closed);
/** Body of `POST /threads/{thread_id}/runs/{run_id}/submit_tool_outputs`. */
export const SubmitToolOutputs = Type.Object(
  {
    tool_outputs: Type.Array(
      Type.Object({ tool_call_id: Type.String(), output: Type.Optional(Type.String()) }, closed),
    ),
    stream: optional(Type.Boolean()),
  },
  closed,
);

/** The status of a run; see `runs/state.ts` for the transitions. */
export type RunStatus =
  | "queued"
  | "in_progress"
  | "requires_action"
  | "cancelling"
  | "cancelled"
  | "failed"
  | "completed"
  | "incomplete"
  | "expired";

/** A function call that waits for its output. */
export interface FunctionCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}
/** Why a run or a step failed. */
export interface RunError {
  code: "server_error" | "rate_limit_exceeded" | "invalid_prompt";
  message: string;
}
/** Tokens used. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

/** A run, as the API returns it. */
export interface Run {
  id: string;
  object: "thread.run";
  created_at: number;
  assistant_id: string;
  thread_id: string;
  status: RunStatus;
  started_at: number | null;
  expires_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  completed_at: number | null;
  required_action: { type: "submit_tool_outputs"; submit_tool_outputs: { tool_calls: FunctionCall[] } } | null;
  last_error: RunError | null;
  incomplete_details: { reason: "max_completion_tokens" | "max_prompt_tokens" } | null;
  model: string;
  instructions: string | null;
  tools: Tool[];
  tool_resources: ToolResources;
  metadata: Metadata;
  temperature: number | null;
  top_p: number | null;
  reasoning_effort: string | null;
  max_prompt_tokens: number | null;
  max_completion_tokens: number | null;
  truncation_strategy: { type: "auto" | "last_messages"; last_messages: number | null };
  tool_choice: Static<typeof ToolChoice>;
  parallel_tool_calls: boolean;
  response_format: ResponseFormat;
  usage: Usage | null;
}
