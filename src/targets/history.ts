/**
 * One thing that happened in a conversation, whatever it was read from. A call's answer comes with the call or as an event of its own; `unknown` is
 * something that nobody here understands, in words.
 */
export type HistoryEvent =
  | { kind: "instructions"; text: string }
  | { kind: "user"; text: string; files: readonly string[] }
  | { kind: "said"; text: string }
  | { kind: "refused"; text: string }
  | { kind: "calls"; calls: readonly HistoryCall[] }
  | { kind: "answer"; callId: string | null; name: string | null; output: unknown }
  | { kind: "code"; input: string; logs: string }
  | { kind: "search"; query: string | null }
  | { kind: "ended"; status: "failed" | "incomplete" | "expired" | "cancelled"; code: string; message: string }
  | { kind: "left_out"; what: string };

/** A call of a function as it was written down; `output` is absent when its answer is not known here. */
export interface HistoryCall {
  callId: string | null;
  name: string;
  /** JSON text, or the value of it. */
  arguments: unknown;
  output?: unknown;
}

/** All that is known of a conversation with an assistant, in the order in which it happened. */
export interface ThreadHistory {
  /** The assistant's id at the target; `null` when that is not said. */
  assistant: string | null;
  /** The tools that the assistant had, as the API describes them. */
  tools: readonly object[];
  events: readonly HistoryEvent[];
}
