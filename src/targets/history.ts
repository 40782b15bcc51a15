/**
 * One event of a conversation, independent of its source. A call's output comes with the call or as a separate event; `left_out` describes
 * something that cannot be represented.
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

/** A recorded function call; `output` is absent when it is not known here. */
export interface HistoryCall {
  callId: string | null;
  name: string;
  /** JSON text, or its value. */
  arguments: unknown;
  output?: unknown;
}

/** Everything known about a conversation with an assistant, in chronological order. */
export interface ThreadHistory {
  /** The assistant's id at the target; `null` when it is not known. */
  assistant: string | null;
  /** The tools that the assistant had, as the API describes them. */
  tools: readonly object[];
  events: readonly HistoryEvent[];
}
