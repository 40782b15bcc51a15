/** The interface of everything that answers: the scripted model, a recording, or a chat-completions endpoint. */
export interface Model {
  /**
   * One round of the model: streams what it says and which tools it calls. Called again after the tools have answered,
   * with the finished round appended to `request.rounds`. Throws `ModelFailure` when it cannot answer.
   */
  respond(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** The models of `GET /v1/models`. */
  list(): Promise<ModelInfo[]>;
  /** Vectors for texts, one each, so that file search also ranks by meaning; `null` when the model does not support embeddings. */
  embed?(texts: string[], signal: AbortSignal): Promise<number[][] | null>;
}

export interface ModelInfo {
  id: string;
  created: number;
  owned_by: string;
  /** The day on which it is shut down, if the endpoint reports one, as in `2027-01-14`. */
  shutdown_date?: string;
}

export interface ModelRequest {
  runId: string;
  assistant: { id: string; name: string | null };
  model: string;
  instructions: string | null;
  /** Oldest first, already truncated as the run requested. */
  messages: ModelMessage[];
  /** The user's texts in the complete thread, oldest first, including those that `messages` no longer has. */
  said: () => Promise<string[]>;
  /** The scenario id in the thread's metadata; `null` when there is none. */
  scenario: () => Promise<string | null>;
  /** The rounds since the user's last message, in order: of this run, or of the responses before this one. */
  rounds: ModelRound[];
  tools: ModelTool[];
  /** For this round; see `choiceAfter`. */
  toolChoice: ToolChoice;
  parallelToolCalls: boolean;
  responseFormat: unknown;
  temperature: number | null;
  topP: number | null;
  reasoningEffort: string | null;
  /** Tokens that this round may still produce; `null` when not limited. */
  maxCompletionTokens: number | null;
}

export interface ModelMessage {
  role: "user" | "assistant" | "system";
  content: ModelContent[];
  /** The calls that an assistant made with this message in an earlier run, with their outputs; they belong to the message. */
  calls?: ModelRound["calls"];
}

export type ModelContent =
  | { kind: "text"; text: string }
  | { kind: "image_url"; url: string; detail: string }
  /** An uploaded image, as a data URL. */
  | { kind: "image_data"; dataUrl: string; detail: string };

/** One round: the model's text, its calls and their outputs. */
export interface ModelRound {
  text: string;
  calls: { callId: string; tool: ToolKind; name: string; arguments: string; output: string }[];
}

export type ToolKind = "function" | "code_interpreter" | "file_search";

export type ModelTool =
  | {
      kind: "function";
      name: string;
      description: string | null;
      parameters: Record<string, unknown> | null;
      strict: boolean;
    }
  | { kind: "code_interpreter" }
  | { kind: "file_search" };

export type ToolChoice =
  | { kind: "none" | "auto" | "required" | "code_interpreter" | "file_search" }
  | { kind: "function"; name: string };

/** The tool choice after some rounds. A choice that forces a call applies only to the first round, or no run would ever end. */
export function choiceAfter(rounds: number, choice: ToolChoice): ToolChoice {
  return choice.kind === "none" || rounds === 0 ? choice : { kind: "auto" };
}

export type ModelEvent =
  /** `phase` states whether it is the answer, where the model provides it. */
  | { kind: "text"; delta: string; phase?: "commentary" | "final_answer" }
  /** The model's reasoning, where it is visible. */
  | { kind: "reasoning"; delta: string }
  | { kind: "refusal"; delta: string }
  /** A call begins; for the built-in tools `name` is the tool's kind and the arguments are `{input}` or `{query}`. */
  | { kind: "call"; index: number; callId: string; tool: ToolKind; name: string }
  | { kind: "arguments"; index: number; delta: string }
  /** Cached and reasoning tokens are included where they are known. */
  | { kind: "usage"; promptTokens: number; completionTokens: number; cachedTokens?: number; reasoningTokens?: number }
  /** The last event of every round. */
  | { kind: "finish"; reason: "stop" | "tool_calls" | "length" | "content_filter" };

/** The model could not answer; the run fails with this as its `last_error`. */
export class ModelFailure extends Error {
  readonly code: "server_error" | "rate_limit_exceeded" | "invalid_prompt";

  constructor(code: ModelFailure["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ModelFailure";
    this.code = code;
  }
}
