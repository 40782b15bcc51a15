import type { IncompleteReason, Message } from "../wire/message.ts";
import type { Run, RunError, Usage } from "../wire/run.ts";
import type { RunStep, StepDetails } from "../wire/step.ts";

/** How a step ends. */
export type StepEnd =
  | { status: "completed"; usage: Usage | null }
  | { status: "failed"; error: RunError }
  | { status: "cancelled" | "expired" };

/** A step that begins at `now` in seconds. */
export function newStep(id: string, run: Run, now: number, details: StepDetails): RunStep {
  return {
    id,
    object: "thread.run.step",
    created_at: now,
    run_id: run.id,
    assistant_id: run.assistant_id,
    thread_id: run.thread_id,
    type: details.type,
    status: "in_progress",
    cancelled_at: null,
    completed_at: null,
    expired_at: null,
    failed_at: null,
    last_error: null,
    step_details: details,
    usage: null,
    metadata: {},
  };
}

/** The step, ended at `now` in seconds. */
export function endStep(step: RunStep, end: StepEnd, now: number): RunStep {
  const ended = { ...step, status: end.status, [`${end.status}_at`]: now };
  if (end.status === "completed") return { ...ended, usage: end.usage };
  if (end.status === "failed") return { ...ended, last_error: end.error };
  return ended;
}

/** An assistant's message that begins at `now` in seconds. */
export function newMessage(id: string, run: Run, now: number): Message {
  return {
    id,
    object: "thread.message",
    created_at: now,
    thread_id: run.thread_id,
    status: "in_progress",
    incomplete_details: null,
    completed_at: null,
    incomplete_at: null,
    role: "assistant",
    content: [],
    assistant_id: run.assistant_id,
    run_id: run.id,
    attachments: [],
    metadata: {},
  };
}

/** The message, ended at `now` in seconds; complete when there is no reason against it. */
export function endMessage(message: Message, reason: IncompleteReason | null, now: number): Message {
  if (reason === null) return { ...message, status: "completed", completed_at: now };
  return { ...message, status: "incomplete", incomplete_details: { reason }, incomplete_at: now };
}

/** What a run has cost before its first round. */
export const noUsage: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** What the model counted, in the API's form. A model that counts nothing costs nothing. */
export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** The sum of two. */
export function addUsage(one: Usage, other: Usage): Usage {
  return usageOf(one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens);
}

/** Tokens that a run may still use; `null` when it has no limit. */
export function remaining(limit: number | null, used: number): number | null {
  return limit === null ? null : Math.max(0, limit - used);
}
