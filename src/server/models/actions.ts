import { type ModelEvent, ModelFailure, type ModelRequest, type ToolKind } from "./model.ts";
import { charactersPerToken, estimatePromptTokens, estimateTokens } from "./tokens.ts";
import { sha256 } from "../../kit/hash.ts";
import { asObject, isObject, parseJson } from "../../kit/json.ts";
import { checkAgainstSchema } from "../../schema/json-schema.ts";

/** One action of a model in a round, known before it is streamed. */
export type Action =
  | { kind: "wait"; milliseconds: number }
  | { kind: "say"; text: string }
  | { kind: "refuse"; text: string }
  | { kind: "call"; tool: ToolKind; name: string; arguments: string }
  | { kind: "fail"; code: "server_error" | "rate_limit_exceeded" | "invalid_prompt"; message: string };

/** The text that a round says. */
export function spokenText(actions: readonly Action[]): string {
  return actions.map((action) => (action.kind === "say" ? action.text : "")).join("");
}

/** The texts that count as output tokens. */
export function producedTexts(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    if (action.kind === "say" || action.kind === "refuse") return [action.text];
    return action.kind === "call" ? [action.name, action.arguments] : [];
  });
}

/** Ends a round where its estimated tokens reach the limit: a text is cut there, a call that does not fit completely is left out. */
export function limitActions(
  actions: readonly Action[],
  maxTokens: number | null,
): { actions: readonly Action[]; cut: boolean } {
  if (maxTokens === null) return { actions, cut: false };
  const kept: Action[] = [];
  let room = Math.max(0, maxTokens) * charactersPerToken;
  for (const action of actions) {
    const length = producedTexts([action]).join("").length;
    if (length > room) return { actions: [...kept, ...beginning(action, room)], cut: true };
    room -= length;
    kept.push(action);
  }
  return { actions: kept, cut: false };
}

function beginning(action: Action, room: number): Action[] {
  if (action.kind !== "say" && action.kind !== "refuse") return [];
  return [{ ...action, text: action.text.slice(0, room).replace(/[\uD800-\uDBFF]$/, "") }];
}

/** Waits; rejects when the signal aborts. */
export type Delay = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** How a round ended and what it cost. */
export interface Outcome {
  usage: { promptTokens: number; completionTokens: number };
  finish: Extract<ModelEvent, { kind: "finish" }>["reason"];
}

/** A round that is known before it is streamed. */
export interface KnownRound {
  actions: readonly Action[];
  /** When absent, usage is estimated and the end of the round follows from its actions. */
  outcome?: Outcome;
}

/** Streams the round that `find` returns, within the token limit of the request. */
export async function* streamActions(
  request: ModelRequest,
  { delay, signal }: { delay: Delay; signal: AbortSignal },
  find: () => Promise<KnownRound>,
): AsyncIterable<ModelEvent> {
  const { actions, outcome } = await find();
  const limited = limitActions(actions, request.maxCompletionTokens);
  const phase = limited.actions.some(({ kind }) => kind === "call") ? "commentary" : "final_answer";
  let calls = 0;
  for (const action of limited.actions) {
    signal.throwIfAborted();
    if (action.kind === "wait") await delay(action.milliseconds, signal);
    else if (action.kind === "fail") throw new ModelFailure(action.code, action.message);
    else for (const event of eventsOf(action, calls, { request, phase })) yield event;
    if (action.kind === "call") calls += 1;
  }
  const { usage, finish } = (limited.cut ? undefined : outcome) ?? {
    usage: {
      promptTokens: estimatePromptTokens(request),
      completionTokens: estimateTokens(producedTexts(limited.actions)),
    },
    finish: limited.cut ? "length" : calls > 0 ? "tool_calls" : "stop",
  };
  yield { kind: "usage", ...usage };
  yield { kind: "finish", reason: finish };
}

function* eventsOf(
  action: Extract<Action, { kind: "say" | "refuse" | "call" }>,
  index: number,
  { request, phase }: { request: ModelRequest; phase: "commentary" | "final_answer" },
): Iterable<ModelEvent> {
  if (action.kind !== "call") {
    for (const delta of fragments(action.text))
      yield action.kind === "say" ? { kind: "text", delta, phase } : { kind: "refusal", delta };
    return;
  }
  const callId = callIdOf(request.runId, request.rounds.length, index);
  yield { kind: "call", index, callId, tool: action.tool, name: action.name };
  for (const delta of fragments(action.arguments)) yield { kind: "arguments", index, delta };
}

/** A call's id derived from its position, so that the same request gives the same id and two runs never share one. */
export function callIdOf(runId: string, round: number, index: number): string {
  const digest = sha256(`${runId}/${round}/${index}`);
  return `call_${digest.slice(0, 24)}`;
}

/** A text split into pieces of about a word, white space first. */
export function fragments(text: string): string[] {
  return text.match(/\s*\S{1,16}|\s+$/gu) ?? [];
}

/** Why a reply violates the run's `response_format` (in wire format); `null` when it does not. */
export function breachOfFormat(reply: string, responseFormat: unknown): string | null {
  const { type, json_schema: wanted } = asObject(responseFormat);
  if (type !== "json_object" && type !== "json_schema") return null;
  const value = parseJson(reply);
  if (value === undefined) return `response_format is ${type}, but the reply is not JSON`;
  if (type === "json_object")
    return isObject(value) ? null : "response_format is json_object, but the reply is not a JSON object";
  const { schema, name } = asObject(wanted);
  return breachOfSchema(value, schema, `the schema "${String(name)}" of response_format`);
}

function breachOfSchema(value: unknown, schema: unknown, what: string): string | null {
  if (!isObject(schema) && typeof schema !== "boolean") return null;
  const outcome = checkAgainstSchema(schema, value);
  switch (outcome.kind) {
    case "fits":
      return null;
    case "broken":
      return `${what} is not a JSON Schema: ${outcome.message}`;
    case "differs": {
      const words = outcome.errors.map(
        ({ instancePath, message }) => `reply${instancePath} ${message ?? "is invalid"}`,
      );
      return `the reply does not match ${what}: ${words.join(", ")}`;
    }
  }
}

/** Why a round violates the run's `tool_choice`; `null` when it does not. */
export function breachOfToolChoice(
  actions: readonly Action[],
  { toolChoice: choice }: Pick<ModelRequest, "toolChoice">,
): string | null {
  const called = actions.flatMap((action) => (action.kind === "call" ? [action.name] : []));
  if (choice.kind === "auto" || actions.some(({ kind }) => kind === "fail")) return null;
  if (choice.kind === "none") {
    return called.length === 0 ? null : `the script calls "${called.join('", "')}", but the run's tool_choice is none`;
  }
  const forced = choice.kind === "function" ? choice.name : choice.kind;
  const kept = choice.kind === "required" ? called.length > 0 : called.includes(forced);
  return kept
    ? null
    : `the run's tool_choice is ${forced}, but the script does not call ${choice.kind === "required" ? "a tool" : "it"}`;
}
