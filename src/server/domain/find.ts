import { notFound } from "../http/errors.ts";
import type { Store } from "../store/store.ts";
import { assistants, type Assistant } from "../wire/assistant.ts";
import { messages, type Message } from "../wire/message.ts";
import { runs, type RunRecord } from "../wire/run.ts";
import { steps, type RunStep } from "../wire/step.ts";
import { threads, type Thread } from "../wire/thread.ts";

/** The assistant, or the 404. */
export function findAssistant(store: Store, id: string): Assistant {
  return store.get(assistants, id) ?? notFound("assistant", id);
}

/** The thread, or the 404. */
export function findThread(store: Store, id: string): Thread {
  return store.get(threads, id) ?? notFound("thread", id);
}

/** The message of that thread, or the 404 of whichever is missing. */
export function findMessage(store: Store, threadId: string, id: string): Message {
  findThread(store, threadId);
  const message = store.get(messages, id);
  return message?.thread_id === threadId ? message : notFound("message", id);
}

/** The run of that thread, or the 404 of whichever is missing. */
export function findRun(store: Store, threadId: string, id: string): RunRecord {
  findThread(store, threadId);
  const record = store.get(runs, id);
  return record?.run.thread_id === threadId ? record : notFound("run", id);
}

/** The step of that run, or the 404 of whichever is missing. */
export function findStep(store: Store, threadId: string, runId: string, id: string): RunStep {
  findRun(store, threadId, runId);
  const step = store.get(steps, id);
  return step?.run_id === runId ? step : notFound("run step", id);
}
