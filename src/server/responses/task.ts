import { readableFiles } from "../domain/files/files.ts";
import { runCode, runSearch } from "../engine/built-in-tools.ts";
import type { Task } from "../engine/rounds.ts";
import { remaining } from "../engine/usage.ts";
import { choiceAfter, type ModelRequest, type ModelRound, type ModelTool, type ToolChoice } from "../models/model.ts";
import { placeFile } from "../python/workspace.ts";
import { assistantKey, scenarioKey } from "../../project/script.ts";
import type { Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import type { Item } from "../wire/item.ts";
import type { Usage } from "../wire/run.ts";
import type { ResponseObject, ResponseTool, TextFormat } from "../wire/response.ts";
import { filesOfContainer } from "./containers.ts";
import { itemsBefore } from "./context.ts";
import { conversations, responses, type ResponseRecord } from "./kinds.ts";
import { modelViewOf } from "./model-view.ts";

/** What the rounds of a response are built from. */
export function taskOf(services: Services, record: ResponseRecord): Task {
  const { response, usage, containerId } = record;
  const view = once(async () => {
    const before = await itemsBefore(services.store, {
      conversationId: record.conversationId,
      previousId: response.previous_response_id,
    });
    return modelViewOf(services, [...before, ...record.input]);
  });
  const offered = offeredTools(response);
  return {
    rounds: [],
    usage,
    tools: new Set(offered.map(({ type }) => type)),
    parallelToolCalls: response.parallel_tool_calls,
    maxToolCalls: response.max_tool_calls,
    maxCompletionTokens: response.max_output_tokens,
    request: async (rounds, spent) => requestOf(services, { record, offered, ...(await view()), own: rounds, spent }),
    async runCode(call, signal) {
      if (containerId === null) throw new Error("code without a container");
      const fileIds = await filesOfContainer(services, containerId);
      const isOurs = async (tx: Store) => (await tx.get(responses, record.id))?.engine === record.engine;
      return runCode(services, { ...call, sessionId: containerId, fileIds, isOurs }, signal);
    },
    runSearch(asked, signal) {
      const tool = response.tools.find((each) => each.type === "file_search");
      const request = {
        ...asked,
        vectorStoreIds: tool?.vector_store_ids ?? [],
        maxNumResults: tool?.max_num_results ?? 20,
        scoreThreshold: tool?.ranking_options?.score_threshold ?? 0,
        filters: tool?.filters ?? null,
      };
      return runSearch(services, request, signal);
    },
  };
}

interface RequestParts {
  record: Pick<ResponseRecord, "id" | "response" | "conversationId" | "containerId">;
  offered: readonly ResponseTool[];
  messages: ModelRequest["messages"];
  rounds: readonly ModelRound[];
  said: string[];
  /** The rounds of this response. */
  own: readonly ModelRound[];
  spent: Usage;
}

/** The request to the model. */
async function requestOf(services: Services, parts: RequestParts): Promise<ModelRequest> {
  const { record, offered, own, spent } = parts;
  const { response } = record;
  return {
    runId: record.id,
    assistant: { id: record.id, name: response.metadata[assistantKey] ?? null },
    model: response.model,
    instructions: await instructionsOf(services, record),
    messages: parts.messages,
    said: async () => parts.said,
    scenario: async () => response.metadata[scenarioKey] ?? (await scenarioOfConversation(services, record)),
    rounds: [...parts.rounds, ...own],
    tools: offered.map(toModelTool),
    toolChoice: choiceAfter(own.length, toModelChoice(response)),
    parallelToolCalls: response.parallel_tool_calls,
    responseFormat: toModelFormat(response.text.format),
    temperature: response.temperature,
    topP: response.top_p,
    reasoningEffort: response.reasoning.effort,
    maxCompletionTokens: remaining(response.max_output_tokens, spent.completion_tokens),
  };
}

/** The first request to the model for these items; for counting tokens. */
export async function firstRequest(
  services: Services,
  record: RequestParts["record"],
  items: readonly Item[],
): Promise<ModelRequest> {
  const view = await modelViewOf(services, items);
  const spent = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  return requestOf(services, { record, offered: offeredTools(record.response), ...view, own: [], spent });
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= work());
}

/** The instructions include the names under which code finds its files. */
async function instructionsOf(
  services: Services,
  { response: { instructions }, containerId }: RequestParts["record"],
): Promise<string | null> {
  if (containerId === null) return instructions;
  const paths = new Set<string>();
  for (const { filename } of await readableFiles(services, await filesOfContainer(services, containerId)))
    paths.add(placeFile(filename, paths));
  if (paths.size === 0) return instructions;
  const note = `Files for code_interpreter: ${[...paths].join(", ")}`;
  return instructions === null ? note : `${instructions}\n\n${note}`;
}

async function scenarioOfConversation(
  { store }: Services,
  { conversationId }: RequestParts["record"],
): Promise<string | null> {
  const conversation = conversationId === null ? null : await store.get(conversations, conversationId);
  return conversation?.metadata[scenarioKey] ?? null;
}

/** `allowed_tools` keeps the other tools declared, but they cannot be called. */
function offeredTools({ tools, tool_choice: choice }: ResponseObject): ResponseTool[] {
  if (typeof choice === "string" || choice.type !== "allowed_tools") return tools;
  return tools.filter((tool) =>
    choice.tools.some((allowed) =>
      allowed.type === "function" ? tool.type === "function" && tool.name === allowed.name : tool.type === allowed.type,
    ),
  );
}

function toModelTool(tool: ResponseTool): ModelTool {
  if (tool.type !== "function") return { kind: tool.type };
  const { name, description = null, parameters = null, strict } = tool;
  // Endpoints reject strict mode for a schema that leaves anything open; the original makes such a schema strict itself.
  const isClosed = parameters?.["additionalProperties"] === false;
  return { kind: "function", name, description, parameters, strict: (strict ?? true) && isClosed };
}

function toModelChoice({ tool_choice: choice }: ResponseObject): ToolChoice {
  if (typeof choice === "string") return { kind: choice };
  switch (choice.type) {
    case "allowed_tools":
      return { kind: choice.mode };
    case "function":
      return { kind: "function", name: choice.name };
    default:
      return { kind: choice.type };
  }
}

function toModelFormat(format: TextFormat): unknown {
  if (format.type !== "json_schema") return format;
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}
