import type { IncompleteReason, Message } from "../wire/message.ts";
import type { RunError, Usage } from "../wire/run.ts";
import type { RunStep } from "../wire/step.ts";

/** How a step ends. */
export type StepEnd =
  | { status: "completed"; usage: Usage | null }
  | { status: "failed"; error: RunError }
  | { status: "cancelled" | "expired" };

/** The step, ended at `now` in seconds. */
export function endStep(step: RunStep, end: StepEnd, now: number): RunStep {
  const ended = { ...step, status: end.status, [`${end.status}_at`]: now };
  if (end.status === "completed") return { ...ended, usage: end.usage };
  if (end.status === "failed") return { ...ended, last_error: end.error };
  return ended;
}

/** The message, ended at `now` in seconds; complete when there is no reason against it. */
export function endMessage(message: Message, reason: IncompleteReason | null, now: number): Message {
  if (reason === null) return { ...message, status: "completed", completed_at: now };
  return { ...message, status: "incomplete", incomplete_details: { reason }, incomplete_at: now };
}
