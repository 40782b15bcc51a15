import { asText, isObject, parseShallowJson, someTextOrNull, type JsonObject } from "../../../kit/json.ts";
import type { HistoryEvent } from "../../../targets/history.ts";
import type { SeenTool } from "../conversation.ts";
import { endOf } from "./item.ts";
import { isMessage, messageEvents } from "./message.ts";
import { dialogueEvents } from "./text-dialogue.ts";
import { readCalls } from "./text-calls.ts";
import { toolsIn } from "./tools.ts";

/** A conversation found in a file, with its events in order. */
export interface FoundConversation {
  /** The path in the document, such as `data[3].messages`; empty for the entire document. */
  path: string;
  name: string | null;
  assistant: string | null;
  tools: SeenTool[];
  events: HistoryEvent[];
  /** For a stored response, its id and the id of the previous response. */
  response?: { id: string; previous: string | null };
}

/** The keys of a conversation's messages in data sets and exports. */
const listKeys = [
  "messages",
  "conversations",
  "conversation",
  "turns",
  "dialogue",
  "dialog",
  "dialogs",
  "history",
  "items",
].concat([
  "utterances",
  "chat",
  "traj",
  "trajectory",
  "transcript",
  "log",
  "thread",
  "input_items",
  "simulation",
  "chosen",
]);
const deepest = 6;

/** The conversations in a document, at any depth; none for a document without conversations. */
export function* findConversations(value: unknown, path = "", depth = 0): Generator<FoundConversation> {
  if (depth > deepest) return;
  if (Array.isArray(value)) {
    const found = fromList(value, path, {});
    if (found !== null) yield found;
    else for (const [index, each] of value.entries()) yield* findConversations(each, `${path}[${index}]`, depth + 1);
    return;
  }
  if (typeof value === "string") {
    const parsed = /^\s*[[{]/.test(value) ? parseShallowJson(value) : undefined;
    if (parsed !== undefined) yield* findConversations(parsed, path, depth + 1);
    return;
  }
  if (!isObject(value)) return;
  const own = fromObject(value, path);
  if (own !== null) {
    yield own;
    return;
  }
  for (const [key, each] of Object.entries(value))
    if (typeof each === "object" || listKeys.includes(key)) yield* findConversations(each, join(path, key), depth + 1);
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function fromObject(value: JsonObject, path: string): FoundConversation | null {
  const exchange = fromExchange(value, path);
  if (exchange !== null) return exchange;
  for (const key of listKeys) {
    const inner = value[key];
    const list = typeof inner === "string" ? parseShallowJson(inner) : isList(inner) ? inner["data"] : inner;
    const found = Array.isArray(list) ? fromList(list, join(path, key), value) : null;
    if (found !== null) return withMore(found, value);
    const text = typeof inner === "string" ? dialogueEvents(inner) : null;
    if (text !== null) return describe(text, join(path, key), value);
  }
  const text = typeof value["text"] === "string" ? dialogueEvents(value["text"]) : null;
  if (text !== null) return describe(text, join(path, "text"), value);
  return fromPair(value, path);
}

/** True for a list object of an API. */
function isList(value: unknown): value is JsonObject {
  return isObject(value) && Array.isArray(value["data"]);
}

/** The conversation in a list of messages, or of pairs of questions and answers; `null` for any other list. Elements that are not messages are reported. */
function fromList(list: readonly unknown[], path: string, about: JsonObject): FoundConversation | null {
  const messages = list.filter(isMessage);
  if (messages.length > 0 && messages.length * 2 > list.length) {
    const events = list.flatMap((each): HistoryEvent[] =>
      isMessage(each) ? messageEvents(each) : [{ kind: "left_out", what: "something that is not a message" }],
    );
    return describe(events, path, about);
  }
  const pairs = list.filter(isPair);
  if (pairs.length === 0 || pairs.length < list.length) return null;
  const events = pairs.flatMap(([user, said]): HistoryEvent[] => [
    { kind: "user", text: user, files: [] },
    { kind: "said", text: said },
  ]);
  return describe(events, path, about);
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "string");
}

/** Adds data beside the messages: an answer that came after them, as in fine-tuning data and API logs. */
function withMore(found: FoundConversation, value: JsonObject): FoundConversation {
  const more = [value["preferred_output"], value["completion"], value["response"], value["output"], value["choices"]];
  const events = more.flatMap((each) => answerEvents(each));
  return { ...found, events: [...found.events, ...events] };
}

const answerKeys = ["output", "preferred_output"];

/** A request to an API and its answer: `{ input, output }`, `{ request, response }`, or a stored response with its input. */
function fromExchange(value: JsonObject, path: string): FoundConversation | null {
  const request = isObject(value["request"]) ? value["request"] : isObject(value["body"]) ? value["body"] : value;
  const response = isObject(value["response"]) ? value["response"] : value;
  if (request === value && response === value && !answerKeys.some((key) => Object.hasOwn(value, key))) return null;
  const asked = request["input"] ?? request["messages"];
  const input = isObject(asked) ? asked["messages"] : asked;
  const output = answerEvents(response["output"] ?? response["choices"] ?? response["preferred_output"]);
  const inputs = typeof input === "string" ? [{ role: "user", content: input }] : isList(input) ? input["data"] : input;
  if (!Array.isArray(inputs) || !inputs.every(isMessage) || output.length === 0) return null;
  const instructionText = someTextOrNull(request["instructions"]);
  const end = endOf(response);
  const found = describe(
    [
      ...(instructionText === null ? [] : [{ kind: "instructions", text: instructionText } as const]),
      ...inputs.flatMap((each) => messageEvents(each)),
      ...output,
      ...(end === null ? [] : [end]),
    ],
    path,
    { ...request, ...value },
  );
  const id = someTextOrNull(response["id"]);
  const previous = someTextOrNull(response["previous_response_id"] ?? request["previous_response_id"]);
  return id === null ? found : { ...found, response: { id, previous } };
}

/** The events of an answer: output items, choices of a chat completion, or a message. */
function answerEvents(value: unknown): HistoryEvent[] {
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    if (isObject(first) && isObject(first["message"])) return answerEvents([first["message"]]);
    return value.every(isMessage) ? value.flatMap((each) => messageEvents(each)) : [];
  }
  if (!isObject(value)) return [];
  if (isMessage(value)) return messageEvents(value);
  return answerEvents(value["output"] ?? value["choices"] ?? value["message"]);
}

/** A question and its answer under separate keys, as in older fine-tuning data and in sets of single calls. */
function fromPair(value: JsonObject, path: string): FoundConversation | null {
  const asked = [value["prompt"], value["instruction"], value["query"], value["question"]].find(
    (each) => typeof each === "string",
  );
  if (typeof asked !== "string") return null;
  const more = asText(value["input"]);
  const user: HistoryEvent = { kind: "user", text: more === "" ? asked : `${asked}\n\n${more}`, files: [] };
  const earlier = Array.isArray(value["history"]) ? (fromList(value["history"], path, {})?.events ?? []) : [];
  const answers = value["answers"];
  const calls = readCalls(typeof answers === "string" ? answers : JSON.stringify(answers ?? null));
  if (calls !== null) return describe([...earlier, user, { kind: "calls", calls }], path, value);
  const said = [value["completion"], value["output"], value["response"], value["answer"]].find(
    (each) => typeof each === "string",
  );
  if (typeof said !== "string") return null;
  return describe([...earlier, user, ...messageEvents({ role: "assistant", content: said })], path, value);
}

const nameKeys = ["name", "title", "conversation_id", "dialogue_id", "thread_id", "id", "test_case_id", "task_id"];

function describe(events: HistoryEvent[], path: string, about: JsonObject): FoundConversation {
  const name = nameKeys.map((key) => about[key]).find((each) => typeof each === "string" || typeof each === "number");
  const instructionText = [about["system"], about["system_prompt"], about["instructions"]].find(
    (each) => typeof each === "string",
  );
  const hasInstructions = events.some(({ kind }) => kind === "instructions");
  const first: HistoryEvent[] =
    typeof instructionText === "string" && !hasInstructions ? [{ kind: "instructions", text: instructionText }] : [];
  return {
    path,
    name: name === undefined ? null : String(name),
    assistant: someTextOrNull(about["assistant_id"]) ?? someTextOrNull(about["assistant"]),
    tools: toolsIn(about["tools"] ?? about["functions"] ?? about["function_description"]),
    events: [...first, ...events],
  };
}
