import { notFound } from "../http/errors.ts";
import type { Store } from "../store/store.ts";
import { type Assistant } from "../wire/assistant.ts";
import { type Message } from "../wire/message.ts";
import { type RunStep } from "../wire/step.ts";
import { type Thread } from "../wire/thread.ts";
import { assistants, messages, runs, type RunRecord, steps, threads } from "./kinds.ts";

/** The assistant, or the 404. */
export async function findAssistant(store: Store, id: string): Promise<Assistant> {
  return (await store.get(assistants, id)) ?? notFound("assistant", id);
}

/** The thread, or the 404. */
export async function findThread(store: Store, id: string): Promise<Thread> {
  return (await store.get(threads, id)) ?? notFound("thread", id);
}

/** The message of that thread, or the 404 of whichever is missing. */
export async function findMessage(store: Store, threadId: string, id: string): Promise<Message> {
  await findThread(store, threadId);
  const message = await store.get(messages, id);
  return message?.thread_id === threadId ? message : notFound("message", id);
}

/** The run of that thread, or the 404 of whichever is missing. */
export async function findRun(store: Store, threadId: string, id: string): Promise<RunRecord> {
  await findThread(store, threadId);
  const record = await store.get(runs, id);
  return record?.run.thread_id === threadId ? record : notFound("run", id);
}

/** The step of that run, or the 404 of whichever is missing. */
export async function findStep(store: Store, threadId: string, runId: string, id: string): Promise<RunStep> {
  await findRun(store, threadId, runId);
  const step = await store.get(steps, id);
  return step?.run_id === runId ? step : notFound("run step", id);
}
