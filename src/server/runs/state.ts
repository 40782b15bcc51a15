import type { FunctionCall, Run, RunError, RunStatus, Usage } from "../wire/run.ts";

/** What can happen to a run. */
export type RunEvent =
  | { kind: "start" }
  | { kind: "ask"; calls: FunctionCall[] }
  | { kind: "submit" }
  /** Back to the queue after a restart. */
  | { kind: "requeue" }
  | { kind: "cancel" }
  | { kind: "cancelled"; usage: Usage }
  | { kind: "complete"; usage: Usage }
  | { kind: "cut"; reason: "max_completion_tokens" | "max_prompt_tokens"; usage: Usage }
  | { kind: "fail"; error: RunError; usage: Usage }
  | { kind: "expire"; usage: Usage };

/** The statuses in which the thread is locked. */
export const activeStatuses = ["queued", "in_progress", "requires_action", "cancelling"] as const satisfies RunStatus[];

const acceptedIn: Record<RunEvent["kind"], readonly RunStatus[]> = {
  start: ["queued"],
  ask: ["in_progress"],
  submit: ["requires_action"],
  requeue: ["in_progress"],
  cancel: ["queued", "in_progress", "requires_action"],
  cancelled: ["cancelling"],
  complete: ["in_progress"],
  cut: ["in_progress"],
  fail: ["queued", "in_progress"],
  expire: ["queued", "in_progress", "requires_action"],
};

/** The run after the event, at `now` in seconds; `null` when its status does not accept the event. */
export function next(run: Run, event: RunEvent, now: number): Run | null {
  return acceptedIn[event.kind].includes(run.status) ? { ...run, ...changes(run, event, now) } : null;
}

function changes(run: Run, event: RunEvent, now: number): Partial<Run> {
  switch (event.kind) {
    case "start":
      return { status: "in_progress", started_at: run.started_at ?? now };
    case "ask":
      return {
        status: "requires_action",
        required_action: { type: "submit_tool_outputs", submit_tool_outputs: { tool_calls: event.calls } },
      };
    case "submit":
    case "requeue":
      return { status: "queued", required_action: null };
    case "cancel":
      return { status: "cancelling", required_action: null };
    case "cancelled":
      return { status: "cancelled", cancelled_at: now, ...over(event.usage) };
    case "complete":
      return { status: "completed", completed_at: now, ...over(event.usage) };
    case "cut":
      return {
        status: "incomplete",
        incomplete_details: { reason: event.reason },
        completed_at: now,
        ...over(event.usage),
      };
    case "fail":
      return { status: "failed", last_error: event.error, failed_at: now, ...over(event.usage) };
    case "expire":
      return { status: "expired", required_action: null, ...over(event.usage) };
  }
}

/** The fields that every finished run has. */
function over(usage: Usage): Partial<Run> {
  return { usage, expires_at: null };
}

/** True when the run has ended. */
export function isOver({ status }: Run): boolean {
  return !activeStatuses.some((active) => active === status);
}
