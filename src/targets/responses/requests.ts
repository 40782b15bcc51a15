import { type JsonObject, asObject, objectsOf } from "../../kit/json.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { requestOf } from "./assistant-wire.ts";
import type { StateMode } from "./states.ts";

/** Builds the requests of one conversation. */
export interface Requests {
  body(this: void, parameters: JsonObject): JsonObject;
  /** Adds this vector store to file search in later requests. */
  search(this: void, store: string): void;
  /** Adds these files to the code interpreter's container in later requests. */
  compute(this: void, files: readonly string[]): void;
}

/** The metadata key with the assistant's name, which a response does not have otherwise. */
const assistantKey = "playbill.assistant";

/** The API's limit of metadata pairs. */
const mostPairs = 16;

/** The `include` values by tool, for data that a response leaves out by default. */
const asked: Readonly<Record<string, string>> = {
  file_search: "file_search_call.results",
  code_interpreter: "code_interpreter_call.outputs",
};

/** Creates the builder of requests that make the model this assistant. Every request has the instructions and tools, since the API does not store them. */
export function createRequests(
  assistant: AssistantSpec,
  { mode, metadata }: { mode: StateMode; metadata: Record<string, string> },
): Requests {
  const request = requestOf(assistant);
  const stores: string[] = [];
  const files: string[] = [];
  const named = assistant.name === null ? {} : { [assistantKey]: assistant.name };
  const pairs = Object.entries({ ...metadata, ...asObject(request.metadata), ...named }).slice(0, mostPairs);
  return {
    body(parameters) {
      const tools = objectsOf(request.tools)
        .map((tool) => withFiles(tool, { stores, files }))
        .filter(canBeSent);
      const include = [
        ...tools.flatMap(({ type }) => asked[type as string] ?? []),
        ...(mode === "stateless" ? ["reasoning.encrypted_content"] : []),
      ];
      return {
        ...request,
        ...(request.tools !== undefined && { tools }),
        ...(pairs.length > 0 && { metadata: Object.fromEntries(pairs) }),
        ...(include.length > 0 && { include: [...new Set(include)] }),
        ...parameters,
        stream: true,
      };
    },
    search: (store) => void (stores.includes(store) || stores.push(store)),
    compute: (more) => void files.push(...more.filter((each) => !files.includes(each))),
  };
}

function withFiles(tool: JsonObject, { stores, files }: { stores: string[]; files: string[] }): JsonObject {
  if (tool.type === "file_search" && stores.length > 0)
    return { ...tool, vector_store_ids: [...textsOf(tool.vector_store_ids), ...stores] };
  if (tool.type !== "code_interpreter" || files.length === 0) return tool;
  const container = asObject(tool.container);
  return { ...tool, container: { ...container, file_ids: [...textsOf(container.file_ids), ...files] } };
}

/** False for a search without a vector store: an assistant may have none until a file is attached. */
function canBeSent(tool: JsonObject): boolean {
  return tool.type !== "file_search" || textsOf(tool.vector_store_ids).length > 0;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
