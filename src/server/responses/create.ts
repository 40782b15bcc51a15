import { findVectorStore } from "../domain/vector-stores/store.ts";
import { ApiFailure, refuse } from "../http/errors.ts";
import { parseFilter } from "../search/filter.ts";
import { noDetails, noUsage } from "../engine/usage.ts";
import { seconds, type Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import type { Item } from "../wire/item.ts";
import {
  unserved,
  type CountInputTokens,
  type CreateResponse,
  type ResponseObject,
  type ResponseTool,
} from "../wire/response.ts";
import { containerFor } from "./containers.ts";
import { checkItems, itemsBefore, type Before } from "./context.ts";
import { readInput } from "./input.ts";
import { conversationItems, findConversation, itemKey, responses, type ResponseRecord } from "./kinds.ts";
import { isOver } from "./state.ts";

/** A response that is ready to be stored, and what it assumes about its conversation. */
export interface NewResponse {
  record: ResponseRecord;
  /** The newest response of the conversation when the conversation was read. */
  newest: string | null;
}

/** Creates a queued response from a body. Throws an ApiFailure if the body is invalid. Stores nothing but a container, if code needs a new one. */
export async function newResponse(services: Services, engine: string, body: CreateResponse): Promise<NewResponse> {
  const { clock, ids, store } = services;
  checkServed(body);
  const before = continuationOf(body);
  const tools = body.tools ?? [];
  const model = body.model ?? missing("model");
  await checkTools(store, body);
  const newest = before.conversationId === null ? null : await newestOf(store, before.conversationId);
  const { earlier, input } = await readItems(services, body, before);
  if (newest && !isOver(newest.response)) refuseLocked();
  const containerId = await containerFor(services, tools, earlier);
  const response: ResponseObject = {
    id: ids("resp_"),
    object: "response",
    created_at: seconds(clock),
    status: "queued",
    background: body.background ?? false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    model,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: before.previousId,
    prompt_cache_key: body.prompt_cache_key ?? null,
    prompt_cache_retention: body.prompt_cache_retention ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: summaryOf(body) },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: body.service_tier ?? "auto",
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: body.text?.format ?? { type: "text" }, verbosity: body.text?.verbosity ?? "medium" },
    tool_choice: body.tool_choice ?? "auto",
    tools: tools.map(toolToWire),
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? "disabled",
    usage: null,
    user: body.user ?? null,
    metadata: body.metadata ?? {},
    ...(before.conversationId !== null && { conversation: { id: before.conversationId } }),
  };
  const record: ResponseRecord = {
    id: response.id,
    response,
    engine,
    conversationId: before.conversationId,
    input,
    include: body.include ?? [],
    tier: response.service_tier,
    isStreamed: (body.stream ?? false) && response.store,
    containerId,
    usage: noUsage,
    details: noDetails,
    told: response.background ? 2 : 1,
    isShown: false,
  };
  return { record, newest: newest?.id ?? null };
}

/** What a body continues. Throws an ApiFailure if the body names two sources, or has neither a source nor an input. */
export function continuationOf(body: CountInputTokens): Before {
  const { conversation, previous_response_id: previousId = null, input } = body;
  const conversationId = typeof conversation === "object" ? (conversation?.id ?? null) : (conversation ?? null);
  if (conversationId !== null && previousId !== null)
    refuse(
      "Mutually exclusive parameters. Ensure you are only providing one of: 'previous_response_id' or 'conversation'.",
      {
        code: "mutually_exclusive_parameters",
      },
    );
  if (conversationId === null && previousId === null && (input === undefined || input === null))
    refuse("One of 'input', 'previous_response_id' or 'conversation' must be provided.", {
      param: "input",
      code: "missing_required_parameter",
    });
  return { conversationId, previousId };
}

/** The earlier items, and the input. Throws an ApiFailure if they do not fit together. */
export async function readItems(
  services: Services,
  { input: given }: Pick<CreateResponse, "input">,
  before: Before,
): Promise<{ earlier: Item[]; input: Item[] }> {
  const { store } = services;
  if (before.conversationId !== null) await findConversation(store, before.conversationId);
  const earlier = await itemsBefore(store, before);
  const known = async (id: string): Promise<Item | null> => {
    const own = earlier.find((item) => item.id === id);
    if (own || before.conversationId === null) return own ?? null;
    return (await store.get(conversationItems, itemKey(before.conversationId, id)))?.item ?? null;
  };
  const input = await readInput(services, given, known);
  checkItems([...earlier, ...input]);
  return { earlier, input };
}

/** Throws if a response of the conversation is in progress, or was added since the conversation was read. Must be called in the transaction that stores the response. */
export async function lockConversation(store: Store, { record, newest }: NewResponse): Promise<void> {
  const { conversationId } = record;
  if (conversationId === null) return;
  await findConversation(store, conversationId);
  const last = await newestOf(store, conversationId);
  if ((last?.id ?? null) !== newest || (last && !isOver(last.response))) refuseLocked();
}

function refuseLocked(): never {
  throw new ApiFailure(
    409,
    "Another process is currently operating on this conversation. Please retry in a few seconds.",
    { code: "conversation_locked" },
  );
}

async function newestOf(store: Store, conversationId: string): Promise<ResponseRecord | null> {
  const { data } = await store.page(responses, { parent: conversationId, order: "desc", limit: 1 });
  return data[0] ?? null;
}

function summaryOf({ reasoning }: CreateResponse): string | null {
  return reasoning?.summary ?? reasoning?.generate_summary ?? null;
}

function missing(param: string): never {
  refuse(`Missing required parameter: '${param}'.`, { param, code: "missing_required_parameter" });
}

/** Rejects by name the parameters of the original that this server does not support. */
function checkServed(body: CreateResponse): void {
  for (const param of unserved)
    if (body[param] !== undefined && body[param] !== null)
      refuse(`Unsupported parameter: '${param}' is not supported by this server.`, {
        param,
        code: "unsupported_parameter",
      });
  if ((body.top_logprobs ?? 0) > 0)
    refuse("Unsupported parameter: 'top_logprobs' is not supported by this server.", {
      param: "top_logprobs",
      code: "unsupported_parameter",
    });
  if (body.background === true && body.store === false)
    refuse("Background responses have to be stored: 'background' requires 'store' to be true.", {
      param: "background",
      code: "invalid_value",
    });
}

/** Rejects tools and tool choices that cannot work. */
async function checkTools(store: Store, { tools, tool_choice: choice }: CreateResponse): Promise<void> {
  for (const tool of tools ?? []) {
    if (tool.type !== "file_search") continue;
    for (const id of tool.vector_store_ids) await findVectorStore({ store }, id);
    if (tool.filters) parseFilter(tool.filters);
  }
  if (typeof choice !== "object" || choice === null) return;
  const wanted = choice.type === "allowed_tools" ? choice.tools : [choice];
  for (const each of wanted) {
    const name = each.type === "function" ? each.name : each.type;
    const isThere = (tools ?? []).some((tool) =>
      each.type === "function" ? tool.type === "function" && tool.name === each.name : tool.type === each.type,
    );
    if (!isThere)
      refuse(`Tool choice '${name}' not found in 'tools' parameter.`, { param: "tool_choice", code: "invalid_value" });
  }
}

/** A tool with its defaults filled in. */
function toolToWire(tool: ResponseTool): ResponseTool {
  switch (tool.type) {
    case "function":
      return {
        ...tool,
        description: tool.description ?? null,
        parameters: tool.parameters ?? null,
        strict: tool.strict ?? true,
      };
    case "file_search":
      return {
        ...tool,
        filters: tool.filters ?? null,
        max_num_results: tool.max_num_results ?? 20,
        ranking_options: {
          ranker: tool.ranking_options?.ranker ?? "auto",
          score_threshold: tool.ranking_options?.score_threshold ?? 0,
        },
      };
    case "code_interpreter":
      return tool;
  }
}
