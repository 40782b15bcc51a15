import type OpenAI from "openai";
import type { AssistantStream } from "openai/lib/AssistantStream.mjs";

type Run = OpenAI.Beta.Threads.Run;
type RunStep = OpenAI.Beta.Threads.Runs.RunStep;
type Message = OpenAI.Beta.Threads.Message;
type VectorStoreFile = OpenAI.VectorStores.VectorStoreFile;
type VectorStoreFileBatch = OpenAI.VectorStores.VectorStoreFileBatch;
type Outputs = OpenAI.Beta.Threads.RunSubmitToolOutputsParams.ToolOutput[];
type Deleted = Promise<{ id: string; deleted: boolean }>;
/** A list that pages by itself. */
type Pages<T> = AsyncIterable<T>;

/** The official client in one of its major versions, for what they call differently. */
export interface Dialect {
  /** What every major version calls the same, typed as in the newest one. */
  api: OpenAI;
  deleteAssistant(id: string): Deleted;
  deleteThread(id: string): Deleted;
  deleteFile(id: string): Deleted;
  deleteVectorStore(id: string): Deleted;
  deleteMessage(threadId: string, id: string): Deleted;
  deleteVectorStoreFile(storeId: string, id: string): Deleted;
  retrieveMessage(threadId: string, id: string): Promise<Message>;
  updateMessage(threadId: string, id: string, metadata: Record<string, string>): Promise<Message>;
  retrieveRun(threadId: string, id: string): Promise<Run>;
  updateRun(threadId: string, id: string, metadata: Record<string, string>): Promise<Run>;
  cancelRun(threadId: string, id: string): Promise<Run>;
  pollRun(threadId: string, id: string): Promise<Run>;
  submit(threadId: string, id: string, outputs: Outputs): Promise<Run>;
  submitAndPoll(threadId: string, id: string, outputs: Outputs): Promise<Run>;
  submitStream(threadId: string, id: string, outputs: Outputs): AssistantStream;
  listSteps(threadId: string, runId: string, limit?: number): Pages<RunStep>;
  retrieveStep(threadId: string, runId: string, id: string, withContent: boolean): Promise<RunStep>;
  retrieveVectorStoreFile(storeId: string, id: string): Promise<VectorStoreFile>;
  updateVectorStoreFile(storeId: string, id: string, attributes: Record<string, string>): Promise<VectorStoreFile>;
  contentOfVectorStoreFile(storeId: string, id: string): Pages<{ text?: string }>;
  retrieveBatch(storeId: string, id: string): Promise<VectorStoreFileBatch>;
  cancelBatch(storeId: string, id: string): Promise<VectorStoreFileBatch>;
  listFilesOfBatch(storeId: string, id: string): Pages<VectorStoreFile>;
}

export const stepContent = "step_details.tool_calls[*].file_search.results[*].content";
