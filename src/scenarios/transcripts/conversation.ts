import type { JsonObject } from "../../kit/json.ts";
import type { CallOutcome } from "../record/record.ts";

/** A recorded conversation from any source, from which a scenario is written. Plain JSON. */
export interface SeenConversation {
  /** A title, or its name in the source; `null` when it has none. */
  name: string | null;
  /** The assistant's name or id in the source; `null` when unknown. */
  assistant: string | null;
  /** The system or developer instructions; `null` when unknown. */
  instructions: string | null;
  /** The functions that the assistant had, as far as the source describes them. */
  tools: readonly SeenTool[];
  /** The messages and calls before the user's first message. */
  opening: readonly SeenOpening[];
  turns: readonly SeenTurn[];
  source: SeenSource;
}

/** The source of a conversation. */
export interface SeenSource {
  /** A name for people: a path, a thread, a run. */
  file: string;
  /** From 1; `null` when it is the only conversation in its file. */
  line: number | null;
}

/** A function that an assistant had; `parameters` is a JSON Schema, `null` when unknown. */
export interface SeenTool {
  name: string;
  description: string | null;
  parameters: JsonObject | null;
}

/** A message or call before the first user message. */
export type SeenOpening = { role: "user" | "assistant"; text: string } | ({ role: "call" } & SeenCall);

/** A user message, and everything that followed. */
export interface SeenTurn {
  user: string;
  /** The attached files of the project, by path from its root; absent when there were none. */
  attachments?: readonly SeenAttachment[];
  steps: readonly SeenStep[];
  end: SeenEnd;
}

/** An attached file of the project, with the tools that may read it, as in `attach` of a scenario. */
export interface SeenAttachment {
  file: string;
  for: readonly ("file_search" | "code_interpreter" | "vision")[];
}

/** One action of the assistant. The calls of one step were made together. */
export type SeenStep =
  | { kind: "say"; text: string }
  | { kind: "refuse"; text: string }
  | { kind: "calls"; calls: readonly SeenCall[] }
  | { kind: "code"; input: string; logs: string }
  | { kind: "search"; query: string };

/** A function call; `outcome` is `null` when it was not answered, or the answer is unknown. */
export interface SeenCall {
  name: string;
  args: JsonObject;
  outcome: CallOutcome | null;
}

/** How a turn ended. `requires_action`: the calls of its last step were left unanswered. */
export type SeenEnd =
  | { kind: "completed" }
  | { kind: "requires_action" }
  | { kind: "failed"; code: string; message: string };
