/** When something was asked and when it was answered, in milliseconds of one clock. What it did happened between. */
export interface Span {
  start: number;
  end: number;
}

/** Something a client did and how it was answered. What was not answered (the replica was killed) may have been done or not. */
export type Operation = Span & { client: number; threadId: string } & (
    | { kind: "post message"; text: string; outcome: Answered<{ messageId: string }> }
    | { kind: "begin run"; outcome: Answered<{ runId: string }> }
    | { kind: "cancel run"; runId: string; outcome: Answered<{ status: string }> }
    | { kind: "read run"; runId: string; outcome: Answered<{ status: string }> }
    /** All of them, page by page; oldest first, as all lists here. */
    | { kind: "list messages"; outcome: Answered<{ messageIds: string[] }> }
    | { kind: "stream run"; outcome: Answered<{ runId: string; begun: number; seen: Seen }> }
  );

/** `refused`: the server said no (the thread is locked). `unknown`: nobody answered, or the answer was the server's own fault. */
export type Answered<T> = ({ kind: "done" } & T) | { kind: "refused" } | { kind: "unknown" };

/** What a stream showed of a run. */
export interface Seen {
  /** The run's statuses, in order; the first is the one with which it was created. */
  statuses: string[];
  /** The text that its pieces come to, by message. */
  texts: Record<string, string>;
  /** The numbers of its events, where the dialect numbers them. */
  numbers: number[];
  /** Whether it came to its end, and did not break off or say that it does. */
  isWhole: boolean;
}

/** How a thread stands after everything. Oldest first. */
export interface FinalThread {
  id: string;
  messages: { id: string; runId: string | null; text: string; status: string }[];
  runs: { id: string; status: string }[];
}

/** Everything that clients saw, and how it stands afterwards. */
export interface History {
  operations: Operation[];
  threads: FinalThread[];
  /** What the model answers in every run. */
  reply: string;
}

/** The operations of a kind that were done. */
export type Done<K extends Operation["kind"]> = Extract<Operation, { kind: K }> & {
  outcome: Extract<Extract<Operation, { kind: K }>["outcome"], { kind: "done" }>;
};

/** The operations of that kind that were answered with what they did. */
export function done<K extends Operation["kind"]>(operations: readonly Operation[], kind: K): Done<K>[] {
  return operations.filter((each): each is Done<K> => each.kind === kind && each.outcome.kind === "done");
}

const over = new Set(["completed", "failed", "cancelled", "expired", "incomplete"]);

/** Whether nothing more can happen to a run with that status. */
export function isOver(status: string): boolean {
  return over.has(status);
}
