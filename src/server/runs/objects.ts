import type { Message } from "../wire/message.ts";
import type { Run } from "../wire/run.ts";
import type { RunStep, StepDetails } from "../wire/step.ts";

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
