import { asList, asObject, asText, isObject, objectsOf, parseShallowJson, type JsonObject } from "../../../kit/json.ts";
import type { HistoryCall, HistoryEvent } from "../../../targets/history.ts";
import { contentOf, hasContent } from "./content.ts";
import { itemEvents } from "./item.ts";
import { type Marks, takeMarked } from "./marked-parts.ts";
import { roleOf } from "./roles.ts";
import { readCall, readCalls, takeCalls, takeResponses } from "./text-calls.ts";

/** True for an element of a message list: it has an author and content, or it is an item of the Responses API. */
export function isMessage(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  if (itemEvents(value) !== null) return true;
  return roleOf(value) !== null && (hasContent(value) || callKeys.some((key) => Object.hasOwn(value, key)));
}

const callKeys = ["tool_calls", "function_call", "apis", "frames"];

/** The events of a chat message, in the form of any known API or data set. */
export function messageEvents(message: JsonObject): HistoryEvent[] {
  const item = itemEvents(message);
  if (item !== null) return item;
  const role = roleOf(message);
  const content = contentOf(message);
  const odd = content.unknown.map((type): HistoryEvent => ({ kind: "left_out", what: `content of type ${type}` }));
  switch (role) {
    case "system":
      return [...odd, { kind: "instructions", text: content.text }];
    case "user":
      return [...odd, ...content.answers.map(answerPart), ...userEvents(content)];
    case "assistant":
      return [...odd, ...assistantEvents(message, content)];
    case "call":
      return callEvents(message, content.text);
    case "result":
      return resultEvents(message, content.text);
    case null:
      return [{ kind: "left_out", what: `a message ${shownRole(message)}` }];
  }
}

function shownRole(message: JsonObject): string {
  const role = asText(message["role"] ?? message["from"] ?? message["speaker"] ?? message["type"]);
  return role === "" ? "without a role" : `with the role "${role.slice(0, 40)}"`;
}

function userEvents({ text, files, answers }: ReturnType<typeof contentOf>): HistoryEvent[] {
  // In some APIs, tools answer with the role of the user.
  if (text.trim() === "" && files.length === 0 && answers.length > 0) return [];
  const responses = takeResponses(text);
  if (responses !== null) return responses.map(({ name, output }) => ({ kind: "answer", callId: null, name, output }));
  return [{ kind: "user", text, files }];
}

function assistantEvents(message: JsonObject, content: ReturnType<typeof contentOf>): HistoryEvent[] {
  const { text, calls: written, unread } = takeCalls(withoutMarks(content.text));
  const declared = [...toolCallsOf(message), ...content.calls.flatMap((part) => readCall(part) ?? [])];
  const odd = oddCalls(message);
  const annotated = annotatedCalls(message);
  return [
    ...(unread > 0 ? [{ kind: "left_out", what: "a call that cannot be read" } as const] : []),
    ...odd,
    // Data sets with annotated dialogues put calls beside the text that came after them.
    ...annotated.map((call): HistoryEvent => ({ kind: "calls", calls: [call] })),
    ...(content.refusal === null ? [] : [{ kind: "refused", text: content.refusal } as const]),
    ...(text.trim() === "" ? [] : [{ kind: "said", text: text.trim() } as const]),
    ...(declared.length + written.length === 0 ? [] : [{ kind: "calls", calls: [...declared, ...written] } as const]),
  ];
}

const thoughts: Marks = { begin: /<think(?:ing)?>/g, end: /<\/think(?:ing)?>/g, needsEnd: true };

/** The text without end marks and without thoughts of models. */
function withoutMarks(text: string): string {
  if (!text.includes("<")) return text;
  return takeMarked(text, thoughts)
    .rest.replaceAll(/<\|(?:endoftext|im_end|im_start|eot_id|eom_id|end)\|>/g, "")
    .replace(/<\/s>\s*$/, "");
}

function toolCallsOf(message: JsonObject): HistoryCall[] {
  const { tool_calls: several, function_call: one } = message;
  const list = typeof several === "string" ? parseShallowJson(several) : several;
  return [...asList(list), one].flatMap((each) => readCall(each) ?? []).flatMap(unwrapParallel);
}

/** The calls of a message that are not function calls. */
function oddCalls(message: JsonObject): HistoryEvent[] {
  return objectsOf(message["tool_calls"])
    .filter((each) => readCall(each) === null)
    .map(({ type }) => ({ kind: "left_out", what: `a call of type ${asText(type) || "nothing"}` }));
}

/** Unwraps parallel calls. OpenAI models sometimes wrap several calls into one call of an undeclared function. */
export function unwrapParallel(call: HistoryCall): HistoryCall[] {
  if (call.name !== "multi_tool_use.parallel" && call.name !== "parallel") return [call];
  const value = typeof call.arguments === "string" ? parseShallowJson(call.arguments) : call.arguments;
  const uses = objectsOf(asObject(value)["tool_uses"]);
  const calls = uses.flatMap(({ recipient_name: name, parameters }) =>
    typeof name === "string"
      ? [{ callId: null, name: name.replace(/^functions\./, ""), arguments: parameters ?? {} }]
      : [],
  );
  return calls.length === 0 || calls.length < uses.length ? [call] : calls;
}

/** Calls annotated beside the text of a turn: `apis` of ToolTalk and Taskmaster, `frames` of schema-guided dialogues. Each comes with its answer. */
function annotatedCalls(message: JsonObject): HistoryCall[] {
  const ofApis = objectsOf(message["apis"]).flatMap((each): HistoryCall[] => {
    const request = isObject(each["request"]) ? each["request"] : each;
    const call = readCall(request);
    if (call === null) return [];
    const failed = each["exception"] !== undefined && each["exception"] !== null;
    const output = failed
      ? { error: asText(each["exception"]) || JSON.stringify(each["exception"]) }
      : each["response"];
    return [{ ...call, arguments: pairsAsObject(call.arguments), ...(output !== undefined && { output }) }];
  });
  const ofFrames = objectsOf(message["frames"]).flatMap((frame): HistoryCall[] => {
    const { method, parameters } = asObject(frame["service_call"]);
    if (typeof method !== "string") return [];
    const output = frame["service_results"];
    return [{ callId: null, name: method, arguments: parameters ?? {}, ...(output !== undefined && { output }) }];
  });
  return [...ofApis, ...ofFrames];
}

/** Converts arguments from a list of names and values to an object. */
function pairsAsObject(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const pairs = objectsOf(value).map((each) => [
    asText(each["name"] ?? each["arg_name"]),
    each["value"] ?? each["arg_value"],
  ]);
  return pairs.length === value.length ? Object.fromEntries(pairs) : value;
}

function callEvents(message: JsonObject, text: string): HistoryEvent[] {
  const calls = readCall(message) ?? readCalls(text) ?? toolCallsOf(message);
  const list = Array.isArray(calls) ? calls : [calls];
  if (list.length > 0) return [{ kind: "calls", calls: list }];
  const taken = takeCalls(text);
  if (taken.calls.length > 0) return [{ kind: "calls", calls: taken.calls }];
  return [{ kind: "left_out", what: "a call that cannot be read" }];
}

function resultEvents(message: JsonObject, text: string): HistoryEvent[] {
  const callId = asText(message["tool_call_id"] ?? message["call_id"] ?? message["tool_use_id"]) || null;
  const name = asText(message["name"] ?? message["tool_name"]) || null;
  // The role `function` calls in some data sets and answers in others.
  const calls = callId === null && name === null && /"(?:arguments|parameters)"/.test(text) ? readCalls(text) : null;
  if (calls !== null) return [{ kind: "calls", calls }];
  const responses = takeResponses(text);
  if (responses !== null) return responses.map(({ name, output }) => ({ kind: "answer", callId: null, name, output }));
  const value = message["content"] ?? message["value"] ?? message["output"];
  return [{ kind: "answer", callId, name, output: isObject(value) ? value : text }];
}

function answerPart(part: JsonObject): HistoryEvent {
  const { text } = contentOf(part);
  return { kind: "answer", callId: asText(part["tool_use_id"]) || null, name: null, output: text };
}
