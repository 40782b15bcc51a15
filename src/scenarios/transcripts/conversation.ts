import type { JsonObject } from "../../kit/json.ts";
import type { CallOutcome } from "../record/record.ts";

/** A conversation that took place, whatever it was read from: what a scenario is written from. Plain JSON. */
export interface SeenConversation {
  /** A title, or what it is called where it comes from; `null` when nobody gave it a name. */
  name: string | null;
  /** The assistant as it is called where the conversation comes from: a name or an id; `null` when that is not said. */
  assistant: string | null;
  /** What the assistant was told by the system or the developer; `null` when that is not said. */
  instructions: string | null;
  /** The functions that the assistant had, as far as the source describes them. */
  tools: readonly SeenTool[];
  /** What was said and called before the user's first message. */
  opening: readonly SeenOpening[];
  turns: readonly SeenTurn[];
  source: SeenSource;
}

/** Where a conversation was read. */
export interface SeenSource {
  /** What a person calls it: a path, a thread, a run. */
  file: string;
  /** From 1; `null` where it is the only one in its file. */
  line: number | null;
}

/** A function that an assistant had; `parameters` is a JSON Schema, `null` when that is not said. */
export interface SeenTool {
  name: string;
  description: string | null;
  parameters: JsonObject | null;
}

/** Something that was there before the first message of the user. */
export type SeenOpening = { role: "user" | "assistant"; text: string } | ({ role: "call" } & SeenCall);

/** What the user said, and all that followed from it. */
export interface SeenTurn {
  user: string;
  /** Files of the project that went with it, by path from its root; absent when there were none. */
  attachments?: readonly SeenAttachment[];
  steps: readonly SeenStep[];
  end: SeenEnd;
}

/** A file of the project that went with a message, and what for, as in `attach` of a scenario. */
export interface SeenAttachment {
  file: string;
  for: readonly ("file_search" | "code_interpreter" | "vision")[];
}

/** One thing that the assistant did, in order. Calls of one step were asked for at once. */
export type SeenStep =
  | { kind: "say"; text: string }
  | { kind: "refuse"; text: string }
  | { kind: "calls"; calls: readonly SeenCall[] }
  | { kind: "code"; input: string; logs: string }
  | { kind: "search"; query: string };

/** A call of a function; `outcome` is `null` when it was not answered, or nobody wrote down how. */
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
