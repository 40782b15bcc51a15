import { setImmediate } from "node:timers/promises";
import { toldCall, toldCallKey } from "../../kit/told-call.ts";
import { readableFiles } from "../domain/files/files.ts";
import { type RunRecord, messages, runs, threads } from "../domain/kinds.ts";
import {
  choiceAfter,
  type ModelContent,
  type ModelMessage,
  type ModelRequest,
  type ModelRound,
  type ModelTool,
  type ToolChoice,
  type ToolKind,
} from "../models/model.ts";
import { withinTokens } from "../models/tokens.ts";
import { scenarioKey } from "../../project/script.ts";
import { placeFile } from "../python/workspace.ts";
import type { Services } from "../services.ts";
import type { Tool } from "../wire/common.ts";
import type { ContentPart, Message } from "../wire/message.ts";
import type { Run } from "../wire/run.ts";
import { codeFileIds } from "./resources.ts";
import { allOfThread } from "../domain/threads.ts";
import { dataUrlOf } from "../engine/images.ts";
import { remaining } from "../engine/usage.ts";
import { textOf } from "../models/text.ts";

/** The request to the model for the next round; `null` when it does not fit into the run's remaining tokens. */
export async function buildRequest(services: Services, record: RunRecord): Promise<ModelRequest | null> {
  const { run, rounds, usage } = record;
  const thread = await messagesOf(services, record);
  const request: ModelRequest = {
    runId: run.id,
    assistant: { id: run.assistant_id, name: record.assistantName },
    model: run.model,
    instructions: await instructionsOf(services, record),
    messages: await conversationOf(services, record, thread),
    said: () => saidBefore(services, record, thread),
    scenario: () => scenarioOf(services, record),
    rounds,
    tools: run.tools.filter(isKnown).map(toModelTool),
    toolChoice: choiceAfter(rounds.length, toModelToolChoice(run.tool_choice)),
    parallelToolCalls: run.parallel_tool_calls,
    responseFormat: run.response_format,
    temperature: run.temperature,
    topP: run.top_p,
    reasoningEffort: run.reasoning_effort,
    maxCompletionTokens: remaining(run.max_completion_tokens, usage.completion_tokens),
  };
  return withinTokens(request, remaining(run.max_prompt_tokens, usage.prompt_tokens));
}

/** The run's instructions, with the paths of the files that code may read. */
async function instructionsOf(services: Services, record: RunRecord): Promise<string | null> {
  const { instructions, tools } = record.run;
  if (!tools.some(({ type }) => type === "code_interpreter")) return instructions;
  const paths = new Set<string>();
  for (const { filename } of await readableFiles(services, await codeFileIds(services, record)))
    paths.add(placeFile(filename, paths));
  if (paths.size === 0) return instructions;
  const note = `Files for code_interpreter: ${[...paths].join(", ")}`;
  return instructions === null ? note : `${instructions}\n\n${note}`;
}

/** False for tools of other types, which imported assistants may have; they are not offered to models. */
function isKnown({ type }: { type: string }): boolean {
  return type === "function" || type === "code_interpreter" || type === "file_search";
}

function toModelTool(tool: Tool): ModelTool {
  if (tool.type !== "function") return { kind: tool.type };
  const { name, description = null, parameters = null, strict } = tool.function;
  return { kind: "function", name, description, parameters, strict: strict ?? false };
}

function toModelToolChoice(choice: Run["tool_choice"]): ToolChoice {
  if (typeof choice === "string") return { kind: choice };
  return choice.type === "function" ? { kind: "function", name: choice.function.name } : { kind: choice.type };
}

type Needed = Pick<Services, "store" | "clock">;

/** The number of messages that are converted before other requests get a turn. */
const portion = 500;

/** The messages of `thread` before the run's own, truncated as the run requests. */
async function conversationOf(
  services: Needed,
  record: RunRecord,
  thread: readonly Message[],
): Promise<ModelMessage[]> {
  const before = thread.filter(({ run_id: runId }) => runId !== record.id);
  const { type, last_messages: last } = record.run.truncation_strategy;
  const count = type === "last_messages" ? last : null;
  // Earlier messages are not needed: calls only add to the last ones.
  const kept = count === null ? before : before.slice(-count);
  const told: ThreadMessage[] = [];
  for (const [index, message] of kept.entries()) {
    if (index % portion === portion - 1) await setImmediate();
    const call = callIn(message, record.run);
    const content =
      call !== null
        ? []
        : (textsOf(message) ?? (await Promise.all(message.content.map((part) => partToModel(services, part)))));
    const { id, role, run_id: runId, created_at: createdAt } = message;
    told.push({ id, message: { role, content, ...(call !== null && { calls: [call] }) }, runId, createdAt });
  }
  const all = withEarlierCalls(told, await earlierRuns(services, record));
  return count === null ? all : all.slice(-count);
}

/** The call that a message records. A run without tools gets the text instead. */
function callIn({ id, role, content, metadata }: Message, { tools }: Run): ModelRound["calls"][number] | null {
  const mark = metadata[toldCallKey];
  const [part, ...more] = content;
  if (mark === undefined || role !== "assistant" || tools.length === 0 || part?.type !== "text" || more.length > 0)
    return null;
  const told = toldCall(part.text.value, mark);
  return told === null ? null : { callId: `call_${id}`, tool: toolKindOf(told.name), ...told };
}

function toolKindOf(name: string): ToolKind {
  return name === "code_interpreter" || name === "file_search" ? name : "function";
}

/** The runs before this one, oldest first. Without tools there are none, since endpoints refuse calls then. */
async function earlierRuns({ store }: Needed, { id, run }: RunRecord): Promise<EarlierRun[]> {
  if (run.tools.length === 0) return [];
  const { last_messages: last } = run.truncation_strategy;
  const parent = run.thread_id;
  const found =
    last === null
      ? await allOfThread(store, runs, parent)
      : (await store.page(runs, { parent, order: "desc", limit: last + 1 })).data.toReversed();
  return found
    .filter((each) => each.id !== id)
    .map((each) => ({ id: each.id, after: each.after, createdAt: each.run.created_at, rounds: each.rounds }));
}

/**
 * The texts of the user's messages in the complete thread, oldest first, with the text parts of a message on separate lines. Reads the thread again only
 * when the run truncates it, so that `thread` may be incomplete.
 */
async function saidBefore({ store }: Needed, { run }: RunRecord, thread: readonly Message[]): Promise<string[]> {
  const isWhole = run.truncation_strategy.last_messages === null;
  const whole = isWhole ? thread : await allOfThread(store, messages, run.thread_id);
  return whole
    .filter(({ role }) => role === "user")
    .map(({ content }) => content.flatMap((part) => (part.type === "text" ? [part.text.value] : [])).join("\n"));
}

/** The scenario that a thread names, as `playbill test` does. */
async function scenarioOf({ store }: Needed, { run }: RunRecord): Promise<string | null> {
  const thread = await store.get(threads, run.thread_id);
  return thread?.metadata?.[scenarioKey] ?? null;
}

/** The thread, oldest first, limited to what the run can need: its own messages are at most one per round and one more. */
async function messagesOf({ store }: Needed, { run, rounds }: RunRecord): Promise<Message[]> {
  const { last_messages: last } = run.truncation_strategy;
  if (last === null) return allOfThread(store, messages, run.thread_id);
  const limit = last + 2 * rounds.length + 2;
  const { data } = await store.page(messages, { parent: run.thread_id, order: "desc", limit });
  return data.toReversed();
}

/** The content of a message that has only text, as nearly all have; `null` for others. */
function textsOf({ content }: Message): ModelContent[] | null {
  const texts = content.flatMap((part): ModelContent[] =>
    part.type === "text" ? [{ kind: "text", text: part.text.value }] : [],
  );
  return texts.length === content.length ? texts : null;
}

async function partToModel(services: Needed, part: ContentPart): Promise<ModelContent> {
  switch (part.type) {
    case "text":
      return { kind: "text", text: part.text.value };
    case "refusal":
      return { kind: "text", text: part.refusal };
    case "image_url":
      return { kind: "image_url", url: part.image_url.url, detail: part.image_url.detail };
    case "image_file": {
      const [file] = await readableFiles(services, [part.image_file.file_id]);
      if (!file) return { kind: "text", text: "[An image that was deleted.]" };
      return { kind: "image_data", dataUrl: dataUrlOf(await file.read()), detail: part.image_file.detail };
    }
  }
}

/** A message of the thread for the model, and its origin. */
export interface ThreadMessage {
  id: string;
  message: ModelMessage;
  /** The run that wrote it; `null` for other authors. */
  runId: string | null;
  /** Seconds since 1970. */
  createdAt: number;
}

/** The calls and outputs of an earlier run of the thread, in order. */
export interface EarlierRun {
  id: string;
  /** The last message before it; `undefined` when that is not known. */
  after: string | null | undefined;
  createdAt: number;
  rounds: readonly ModelRound[];
}

/**
 * A thread's messages with the calls made between them. A round with text belongs to the message that it became; one
 * with only calls is a message without text, before the next one of its run.
 */
export function withEarlierCalls(thread: readonly ThreadMessage[], runs: readonly EarlierRun[]): ModelMessage[] {
  const waiting = new Map(runs.map(({ id, rounds }) => [id, rounds.filter(({ calls }) => calls.length > 0)]));
  const lastOf = new Map(thread.map(({ runId }, index) => [runId, index]));
  const told = thread.flatMap((each, index): ModelMessage[] => {
    const rounds = each.runId === null ? undefined : waiting.get(each.runId);
    if (rounds === undefined) return [each.message];
    const { taken, messages } = messagesUpTo(each.message, rounds);
    const rest = rounds.slice(taken);
    waiting.set(each.runId ?? "", rest);
    return lastOf.get(each.runId) === index ? [...messages, ...rest.map(fromRound)] : messages;
  });
  return withSilentRuns(told, thread, runs);
}

/** The rounds before or of a message, as messages, and their number. */
function messagesUpTo(
  message: ModelMessage,
  rounds: readonly ModelRound[],
): { taken: number; messages: ModelMessage[] } {
  const said = textOf(message).trim();
  const own = rounds.findIndex(({ text }) => text.trim() !== "" && text.trim() === said);
  if (own >= 0) {
    const withCalls = { ...message, calls: rounds[own]?.calls ?? [] };
    return { taken: own + 1, messages: [...rounds.slice(0, own).map(fromRound), withCalls] };
  }
  const silent = rounds.findIndex(({ text }) => text.trim() !== "");
  const taken = silent < 0 ? rounds.length : silent;
  return { taken, messages: [...rounds.slice(0, taken).map(fromRound), message] };
}

/** Adds runs that made calls but wrote no message: their calls precede the user's next message. */
function withSilentRuns(
  told: readonly ModelMessage[],
  thread: readonly ThreadMessage[],
  runs: readonly EarlierRun[],
): ModelMessage[] {
  const writers = new Set(thread.map(({ runId }) => runId));
  const silent = runs.filter(({ id, rounds }) => !writers.has(id) && rounds.some(({ calls }) => calls.length > 0));
  return silent.reduce<ModelMessage[]>(
    (messages, run) => {
      const next = nextAfter(run, thread)?.message;
      const at = next === undefined ? messages.findLastIndex(({ role }) => role === "user") : messages.indexOf(next);
      return messages.toSpliced(at, 0, ...run.rounds.filter(({ calls }) => calls.length > 0).map(fromRound));
    },
    [...told],
  );
}

/** The user's first message after a run. A run whose position is unknown, or was deleted, is placed by time. */
function nextAfter({ after, createdAt }: EarlierRun, thread: readonly ThreadMessage[]): ThreadMessage | undefined {
  const place = after === null ? -1 : thread.findIndex(({ id }) => id === after);
  const isPlaced = after === null || place >= 0;
  return thread.find(
    ({ message, createdAt: written }, index) =>
      message.role === "user" && (isPlaced ? index > place : written > createdAt),
  );
}

function fromRound({ text, calls }: ModelRound): ModelMessage {
  return { role: "assistant", content: text === "" ? [] : [{ kind: "text", text }], calls };
}
