import type OpenAI from "openai";
import type { AssistantStream } from "openai/lib/AssistantStream.mjs";
import type OpenAI4 from "openai-4";
import { stepContent, type Dialect } from "./dialect.ts";

/** Major version 4: every id of a path is an argument of its own, and `del` deletes. */
export function positional(client: OpenAI4): Dialect {
  const { assistants, threads } = client.beta;
  const { runs, messages } = threads;
  const { files, fileBatches } = client.vectorStores;
  return {
    api: client as unknown as OpenAI,
    deleteAssistant: (id) => assistants.del(id),
    deleteThread: (id) => threads.del(id),
    deleteFile: (id) => client.files.del(id),
    deleteVectorStore: (id) => client.vectorStores.del(id),
    deleteMessage: (threadId, id) => messages.del(threadId, id),
    deleteVectorStoreFile: (storeId, id) => files.del(storeId, id),
    retrieveMessage: (threadId, id) => messages.retrieve(threadId, id),
    updateMessage: (threadId, id, metadata) => messages.update(threadId, id, { metadata }),
    retrieveRun: (threadId, id) => runs.retrieve(threadId, id),
    updateRun: (threadId, id, metadata) => runs.update(threadId, id, { metadata }),
    cancelRun: (threadId, id) => runs.cancel(threadId, id),
    pollRun: (threadId, id) => runs.poll(threadId, id),
    submit: (threadId, id, outputs) => runs.submitToolOutputs(threadId, id, { tool_outputs: outputs }),
    submitAndPoll: (threadId, id, outputs) => runs.submitToolOutputsAndPoll(threadId, id, { tool_outputs: outputs }),
    submitStream: (threadId, id, outputs) =>
      runs.submitToolOutputsStream(threadId, id, { tool_outputs: outputs }) as unknown as AssistantStream,
    listSteps: (threadId, runId, limit) => runs.steps.list(threadId, runId, { limit }),
    retrieveStep: (threadId, runId, id, withContent) =>
      runs.steps.retrieve(threadId, runId, id, { include: withContent ? [stepContent] : [] }),
    retrieveVectorStoreFile: (storeId, id) => files.retrieve(storeId, id),
    updateVectorStoreFile: (storeId, id, attributes) => files.update(storeId, id, { attributes }),
    contentOfVectorStoreFile: (storeId, id) => files.content(storeId, id),
    retrieveBatch: (storeId, id) => fileBatches.retrieve(storeId, id),
    cancelBatch: (storeId, id) => fileBatches.cancel(storeId, id),
    listFilesOfBatch: (storeId, id) => fileBatches.listFiles(storeId, id),
  };
}
