import type { Static } from "../../schema/builder.ts";
import { ApiFailure, refuse } from "../http/errors.ts";
import { addMessages } from "../domain/threads.ts";
import { seconds, type Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import type { Assistant } from "../wire/assistant.ts";
import type { Tool, ToolResources } from "../wire/common.ts";
import { type CreateRun, type CreateThreadAndRun, type Run } from "../wire/run.ts";
import { threadPages, activeRun } from "../domain/threads.ts";
import { findAssistant, findThread, messages, type RunRecord } from "../domain/kinds.ts";
import { noUsage } from "../engine/usage.ts";

type Overrides = Omit<Static<typeof CreateThreadAndRun>, "thread" | "tool_resources">;

/**
 * Creates a queued run of an existing thread, and stores its additional messages. Must be called in a transaction. Throws an ApiFailure when the thread is
 * locked.
 */
export async function newRunOf(
  services: Services,
  engine: string,
  threadId: string,
  body: CreateRun,
): Promise<RunRecord> {
  const { store } = services;
  await findThread(store, threadId);
  const assistant = await findAssistant(store, body.assistant_id);
  const locking = await activeRun(store, threadId);
  if (locking) refuse(`Thread ${threadId} already has an active run ${locking.id}.`);
  const added = body.additional_messages ?? [];
  await addMessages(services, threadId, added, (index) => `additional_messages[${index}].`);
  const instructions = joined(body.instructions ?? assistant.instructions, body.additional_instructions);
  const hasUserMessage = (instructions ?? "") !== "" || added.some(isFromUser) || (await isSpokenTo(store, threadId));
  return newRun(services, {
    engine,
    threadId,
    assistant,
    body,
    instructions,
    hasUserMessage,
    after: await lastMessage(store, threadId),
    resources: assistant.tool_resources,
  });
}

/** The id of the newest message of a thread, which a new run follows. */
async function lastMessage(store: Store, threadId: string): Promise<string | null> {
  const { data } = await store.page(messages, { parent: threadId, order: "desc", limit: 1 });
  return data[0]?.id ?? null;
}

/** The inputs of a new run. */
export interface NewRun {
  engine: string;
  threadId: string;
  assistant: Assistant;
  body: Overrides;
  instructions: string | null;
  /** Only used when there are no instructions. */
  hasUserMessage: boolean;
  /** The last message before it. */
  after: string | null;
  resources: ToolResources;
}

/** Creates a queued run, which `Engine.begin` stores. Throws an ApiFailure for contradicting settings. */
export function newRun({ clock, ids, limits }: Pick<Services, "clock" | "ids" | "limits">, input: NewRun): RunRecord {
  const { engine, threadId, assistant, body, instructions, hasUserMessage, after, resources } = input;
  if ((instructions ?? "") === "" && !hasUserMessage)
    throw new ApiFailure(400, "Run creation requires a Thread with a user message or an assistant with instructions.", {
      code: "invalid_thread",
    });
  const tools = body.tools ?? assistant.tools;
  checkSettings(body, tools);
  const now = seconds(clock);
  const run: Run = {
    id: ids("run_"),
    object: "thread.run",
    created_at: now,
    assistant_id: assistant.id,
    thread_id: threadId,
    status: "queued",
    started_at: null,
    expires_at: now + limits.runSeconds,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    required_action: null,
    last_error: null,
    incomplete_details: null,
    model: body.model ?? assistant.model,
    instructions,
    tools,
    tool_resources: resources,
    metadata: body.metadata ?? {},
    temperature: body.temperature ?? assistant.temperature,
    top_p: body.top_p ?? assistant.top_p,
    reasoning_effort: body.reasoning_effort ?? assistant.reasoning_effort,
    max_prompt_tokens: body.max_prompt_tokens ?? null,
    max_completion_tokens: body.max_completion_tokens ?? null,
    truncation_strategy: {
      type: body.truncation_strategy?.type ?? "auto",
      last_messages: body.truncation_strategy?.last_messages ?? null,
    },
    tool_choice: body.tool_choice ?? "auto",
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    response_format: body.response_format ?? assistant.response_format,
    usage: null,
  };
  return {
    id: run.id,
    run,
    assistantName: assistant.name,
    engine,
    after,
    rounds: [],
    openRound: null,
    lateText: "",
    usage: noUsage,
    citations: {},
    images: [],
  };
}

function checkSettings({ truncation_strategy: truncation, tool_choice: choice }: Overrides, tools: Tool[]): void {
  if (truncation?.type === "last_messages" && (truncation.last_messages ?? null) === null) {
    const param = "truncation_strategy.last_messages";
    refuse(`Missing required parameter: '${param}'.`, { param, code: "missing_required_parameter" });
  }
  if (typeof choice !== "object" || choice === null) return;
  const offered = tools.some((tool) =>
    tool.type === "function" && choice.type === "function"
      ? tool.function.name === choice.function.name
      : tool.type === choice.type && choice.type !== "function",
  );
  const wanted = choice.type === "function" ? choice.function.name : choice.type;
  if (!offered)
    refuse(`Invalid value for 'tool_choice': no tool named '${wanted}' was specified in the 'tools' parameter.`, {
      param: "tool_choice",
    });
}

function joined(instructions: string | null, additional: string | null | undefined): string | null {
  const parts = [instructions, additional].filter((part) => part !== null && part !== undefined && part !== "");
  return parts.length === 0 ? instructions : parts.join("\n\n");
}

/** True when the thread has a user message; usually it is the first. */
async function isSpokenTo(store: Store, threadId: string): Promise<boolean> {
  const first = await store.page(messages, { parent: threadId, order: "asc", limit: 1 });
  if (first.data.some(isFromUser)) return true;
  if (!first.hasMore) return false;
  for await (const page of threadPages(store, messages, threadId)) if (page.some(isFromUser)) return true;
  return false;
}

/** True for a user message. */
export function isFromUser({ role }: { role: "user" | "assistant" }): boolean {
  return role === "user";
}
