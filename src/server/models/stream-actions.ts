import { sha256 } from "../../kit/hash.ts";
import { limitActions, producedTexts, type Action } from "./actions.ts";
import { ModelFailure, type ModelEvent, type ModelRequest } from "./model.ts";
import { estimatePromptTokens, estimateTokens } from "./tokens.ts";

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
  /** Unless it is known too, usage is estimated and the round ends by itself. */
  outcome?: Outcome;
}

/** Streams the round that `find` gives, within the tokens that the request leaves. */
export async function* streamActions(
  request: ModelRequest,
  { delay, signal }: { delay: Delay; signal: AbortSignal },
  find: () => Promise<KnownRound>,
): AsyncIterable<ModelEvent> {
  const { actions, outcome } = await find();
  const limited = limitActions(actions, request.maxCompletionTokens);
  let calls = 0;
  for (const action of limited.actions) {
    signal.throwIfAborted();
    if (action.kind === "wait") await delay(action.milliseconds, signal);
    else if (action.kind === "fail") throw new ModelFailure(action.code, action.message);
    else for (const event of eventsOf(action, calls, request)) yield event;
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
  request: ModelRequest,
): Iterable<ModelEvent> {
  if (action.kind !== "call") {
    for (const delta of fragments(action.text)) yield { kind: action.kind === "say" ? "text" : "refusal", delta };
    return;
  }
  const callId = callIdOf(request.runId, request.rounds.length, index);
  yield { kind: "call", index, callId, tool: action.tool, name: action.name };
  for (const delta of fragments(action.arguments)) yield { kind: "arguments", index, delta };
}

/** A call's id made from where it stands, so that the same request gives the same id and two runs never share one. */
export function callIdOf(runId: string, round: number, index: number): string {
  const digest = sha256(`${runId}/${round}/${index}`);
  return `call_${digest.slice(0, 24)}`;
}

/** A text in pieces of about a word, white space first; together they are the text. */
export function fragments(text: string): string[] {
  return text.match(/\s*\S{1,16}|\s+$/gu) ?? [];
}
