/** The one interface to whatever answers: the scripted model, a recording, or a chat-completions endpoint. */
export interface Model {
  /**
   * One round of the model: streams what it says and which tools it calls. Called again after the tools have answered,
   * with the finished round appended to `request.rounds`. Throws `ModelFailure` when it cannot answer.
   */
  respond(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** What `GET /v1/models` lists. */
  list(): Promise<ModelInfo[]>;
  /** Vectors for texts, one each, so that file search ranks by meaning too; `null` when the model turns out not to make them. */
  embed?(texts: string[], signal: AbortSignal): Promise<number[][] | null>;
}

export interface ModelInfo {
  id: string;
  created: number;
  owned_by: string;
  /** The day on which an endpoint says that it ends, as in `2027-01-14`. */
  shutdown_date?: string;
}

export interface ModelRequest {
  runId: string;
  assistant: { id: string; name: string | null };
  model: string;
  instructions: string | null;
  /** Oldest first, already truncated as the run asked. */
  messages: ModelMessage[];
  /** What the user said in the whole thread, oldest first, also what `messages` no longer holds. */
  said: () => Promise<string[]>;
  /** The id of the scenario that the thread says it is of, in its metadata; `null` when it says none. */
  scenario: () => Promise<string | null>;
  /** What was done since the user last spoke, in order: by this run, or by the responses before this one. */
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
  /** What an assistant called when it said this in an earlier run, and what was answered; it goes where the message goes. */
  calls?: ModelRound["calls"];
}

export type ModelContent =
  | { kind: "text"; text: string }
  | { kind: "image_url"; url: string; detail: string }
  /** An uploaded image, as a data URL. */
  | { kind: "image_data"; dataUrl: string; detail: string };

/** One round: what the model said, the calls it made and what each was answered. */
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

/** A choice that forces a call holds for the first round; after it the model is free, or no run would ever end. */
export function choiceAfter(rounds: number, choice: ToolChoice): ToolChoice {
  return choice.kind === "none" || rounds === 0 ? choice : { kind: "auto" };
}

export type ModelEvent =
  /** `phase` says whether it is the answer, where the model knows. */
  | { kind: "text"; delta: string; phase?: "commentary" | "final_answer" }
  /** What it thinks, where it lets that be seen. */
  | { kind: "reasoning"; delta: string }
  | { kind: "refusal"; delta: string }
  /** A call begins; for the built-in tools `name` is the tool's kind and the arguments are `{input}` or `{query}`. */
  | { kind: "call"; index: number; callId: string; tool: ToolKind; name: string }
  | { kind: "arguments"; index: number; delta: string }
  /** What of the tokens was cached and thought, where that is known. */
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
