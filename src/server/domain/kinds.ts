import type { ModelRound } from "../models/model.ts";
import { type Kind, type Store, kind } from "../store/store.ts";
import type { Assistant } from "../wire/assistant.ts";
import type { FileObject } from "../wire/file.ts";
import type { Message } from "../wire/message.ts";
import type { Run, Usage } from "../wire/run.ts";
import type { RunStep } from "../wire/step.ts";
import type { Thread } from "../wire/thread.ts";
import type { FileBatch, VectorStore, VectorStoreFile } from "../wire/vector-store.ts";
import { notFound } from "../http/errors.ts";

/** Assistants in the store. */
export const assistants = kind<Assistant>("assistant");

/** Threads in the store. */
export const threads = kind<Thread>("thread", { thread: ({ id }) => id });

/** Used for both `parent` and `thread`: one function shows the store that the objects that belong to a thread are in it. */
const threadOf = ({ thread_id: threadId }: { thread_id: string }): string => threadId;
const threadOfRun = ({ run }: Pick<RunRecord, "run">): string => run.thread_id;

/** Messages, found by thread and by the run that wrote them. */
export const messages = kind<Message>("message", {
  parent: threadOf,
  thread: threadOf,
  tag: ({ run_id: runId }) => runId,
});

/** A run and what the engine needs to continue it, even after a restart. */
export interface RunRecord {
  id: string;
  run: Run;
  assistantName: string | null;
  /** The engine that executes it. */
  engine: string;
  /** The last message before it, `null` if there is none; absent in runs of earlier versions. */
  after?: string | null;
  /** Completed rounds: text, calls and outputs. */
  rounds: ModelRound[];
  /** The round whose calls wait for outputs, and its usage. */
  openRound: { round: ModelRound; usage: Usage } | null;
  /** Text of the model after its calls; it becomes a message once the calls have outputs. */
  lateText: string;
  /** Tokens so far. */
  usage: Usage;
  /** The file of each citation mark, by the mark's numbers (`4:0`). */
  citations: Record<string, string>;
  /** Images that tools made and that no message shows yet. */
  images: string[];
}

/** Runs, found by thread and by status. */
export const runs = kind<RunRecord>("run", {
  parent: threadOfRun,
  thread: threadOfRun,
  tag: ({ run }) => run.status,
});

/** Steps, found by run and by status. */
export const steps = kind<RunStep>("step", {
  parent: ({ run_id: runId }) => runId,
  thread: ({ thread_id: threadId }) => threadId,
  tag: ({ status }) => status,
});

/** Files, found by purpose. The bytes are the blob of the same id. */
export const files = kind<FileObject>("file", { tag: ({ purpose }) => purpose });

/** When a file expires; only for files that do. */
export interface FileExpiry {
  id: string;
  expires_at: number;
}

/** Expiry times of files in the store. */
export const fileExpiries = kind<FileExpiry>("file_expiry");

/** A file that code in a thread (or a container) wrote, or that was added for it, and the File object with its content. */
export interface SandboxFile {
  /** The thread's id and the path. */
  id: string;
  thread_id: string;
  /** `/mnt/data/plot.csv`. */
  path: string;
  file_id: string;
  /** Set if a client added it to a container; code wrote the others. */
  source?: "user";
  /** Set if it was uploaded to the container: nothing else uses it. */
  isUploaded?: boolean;
}

/** Files of threads in the store. */
export const sandboxFiles = kind<SandboxFile>("sandbox_file", {
  parent: threadOf,
  thread: threadOf,
});

/** The process that last had the Python session of a thread. */
export interface InterpreterSession {
  /** The thread's id. */
  id: string;
  process: string;
}

/** Sessions of threads in the store; each is its thread's only child. */
export const interpreterSessions = kind<InterpreterSession>("interpreter_session", {
  parent: ({ id }) => id,
  thread: ({ id }) => id,
});

/** Vector stores in the store. */
export const vectorStores = kind<VectorStore>("vector_store");

/** A file in a vector store, and the batch that added it. `attempt` changes whenever the file is to be indexed again. */
export interface FileRecord {
  file: VectorStoreFile;
  batchId: string | null;
  attempt: string;
}

/** The key of a vector store file: the store's id and the file's. */
export const fileKey = (vectorStoreId: string, fileId: string) => `${vectorStoreId}/${fileId}`;

/** Files of vector stores, found by vector store and by status. */
export const vectorStoreFiles: Kind<FileRecord> = {
  name: "vector_store_file",
  thread: () => null,
  key: ({ file }) => fileKey(file.vector_store_id, file.id),
  parent: ({ file }) => file.vector_store_id,
  tag: ({ file }) => file.status,
};

/** The queue of the vector store files that are in progress, by their keys. */
export const indexingQueue = "indexing";

/** Batches of files, found by vector store. */
export const fileBatches = kind<FileBatch>("file_batch", { parent: ({ vector_store_id: id }) => id });

/** The files of a batch: their current state or, for files that were removed from the store, the last one. */
export const batchFiles: Kind<FileRecord> = {
  name: "file_batch_file",
  thread: () => null,
  key: ({ file, batchId }) => `${batchId}/${file.id}`,
  parent: ({ batchId }) => batchId,
  tag: ({ file }) => file.status,
};

/** Returns the assistant. Throws a 404 if it does not exist. */
export async function findAssistant(store: Store, id: string): Promise<Assistant> {
  return (await store.get(assistants, id)) ?? notFound("assistant", id);
}

/** Returns the thread. Throws a 404 if it does not exist. */
export async function findThread(store: Store, id: string): Promise<Thread> {
  return (await store.get(threads, id)) ?? notFound("thread", id);
}

/** Returns the message of that thread. Throws a 404 for whichever is missing. */
export async function findMessage(store: Store, threadId: string, id: string): Promise<Message> {
  await findThread(store, threadId);
  const message = await store.get(messages, id);
  return message?.thread_id === threadId ? message : notFound("message", id);
}

/** Returns the run of that thread. Throws a 404 for whichever is missing. */
export async function findRun(store: Store, threadId: string, id: string): Promise<RunRecord> {
  await findThread(store, threadId);
  const record = await store.get(runs, id);
  return record?.run.thread_id === threadId ? record : notFound("run", id);
}

/** Returns the step of that run. Throws a 404 for whichever is missing. */
export async function findStep(store: Store, threadId: string, runId: string, id: string): Promise<RunStep> {
  await findRun(store, threadId, runId);
  const step = await store.get(steps, id);
  return step?.run_id === runId ? step : notFound("run step", id);
}
