import type OpenAI from "openai";
import { stepContent, type Dialect } from "./dialect.ts";

/** Major versions from 5 on: the last id of a path comes first, and the others by their names. */
export function named(client: OpenAI): Dialect {
  const { assistants, threads } = client.beta;
  const { runs, messages } = threads;
  const { files, fileBatches } = client.vectorStores;
  return {
    api: client,
    deleteAssistant: (id) => assistants.delete(id),
    deleteThread: (id) => threads.delete(id),
    deleteFile: (id) => client.files.delete(id),
    deleteVectorStore: (id) => client.vectorStores.delete(id),
    deleteMessage: (threadId, id) => messages.delete(id, { thread_id: threadId }),
    deleteVectorStoreFile: (storeId, id) => files.delete(id, { vector_store_id: storeId }),
    retrieveMessage: (threadId, id) => messages.retrieve(id, { thread_id: threadId }),
    updateMessage: (threadId, id, metadata) => messages.update(id, { thread_id: threadId, metadata }),
    retrieveRun: (threadId, id) => runs.retrieve(id, { thread_id: threadId }),
    updateRun: (threadId, id, metadata) => runs.update(id, { thread_id: threadId, metadata }),
    cancelRun: (threadId, id) => runs.cancel(id, { thread_id: threadId }),
    pollRun: (threadId, id) => runs.poll(id, { thread_id: threadId }),
    submit: (threadId, id, outputs) => runs.submitToolOutputs(id, { thread_id: threadId, tool_outputs: outputs }),
    submitAndPoll: (threadId, id, outputs) =>
      runs.submitToolOutputsAndPoll(id, { thread_id: threadId, tool_outputs: outputs }),
    submitStream: (threadId, id, outputs) =>
      runs.submitToolOutputsStream(id, { thread_id: threadId, tool_outputs: outputs }),
    listSteps: (threadId, runId, limit) => runs.steps.list(runId, { thread_id: threadId, ...(limit && { limit }) }),
    retrieveStep: (threadId, runId, id, withContent) =>
      runs.steps.retrieve(id, { thread_id: threadId, run_id: runId, include: withContent ? [stepContent] : [] }),
    retrieveVectorStoreFile: (storeId, id) => files.retrieve(id, { vector_store_id: storeId }),
    updateVectorStoreFile: (storeId, id, attributes) => files.update(id, { vector_store_id: storeId, attributes }),
    contentOfVectorStoreFile: (storeId, id) => files.content(id, { vector_store_id: storeId }),
    retrieveBatch: (storeId, id) => fileBatches.retrieve(id, { vector_store_id: storeId }),
    cancelBatch: (storeId, id) => fileBatches.cancel(id, { vector_store_id: storeId }),
    listFilesOfBatch: (storeId, id) => fileBatches.listFiles(id, { vector_store_id: storeId }),
  };
}
