import { sha256 } from "../../kit/hash.ts";
import { limitActs, producedTexts, type Act } from "./acts.ts";
import { ModelFailure, type ModelEvent, type ModelRequest } from "./model.ts";
import { estimatePromptTokens, estimateTokens } from "./tokens.ts";

/** Waits; rejects when the signal aborts. */
export type Delay = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** How a round ended and what it cost. */
export interface Outcome {
  usage: { promptTokens: number; completionTokens: number };
  finish: Extract<ModelEvent, { kind: "finish" }>["reason"];
}

/**
 * Streams a round that is known beforehand, within the tokens that the request leaves. Unless the outcome is known too, usage is estimated and
 * the round ends by itself.
 */
export async function* performRound(
  acts: readonly Act[],
  request: ModelRequest,
  { delay, signal, outcome }: { delay: Delay; signal: AbortSignal; outcome?: Outcome },
): AsyncIterable<ModelEvent> {
  const limited = limitActs(acts, request.maxCompletionTokens);
  let calls = 0;
  for (const act of limited.acts) {
    signal.throwIfAborted();
    if (act.kind === "wait") await delay(act.milliseconds, signal);
    else if (act.kind === "fail") throw new ModelFailure(act.code, act.message);
    else if (act.kind === "call") yield* callEvents(act, calls++, request);
    else yield* textEvents(act);
  }
  const { usage, finish } = (limited.cut ? undefined : outcome) ?? {
    usage: {
      promptTokens: estimatePromptTokens(request),
      completionTokens: estimateTokens(producedTexts(limited.acts)),
    },
    finish: limited.cut ? "length" : calls > 0 ? "tool_calls" : "stop",
  };
  yield { kind: "usage", ...usage };
  yield { kind: "finish", reason: finish };
}

function* textEvents({ kind, text }: Extract<Act, { text: string }>): Iterable<ModelEvent> {
  for (const delta of fragments(text)) yield { kind: kind === "say" ? "text" : "refusal", delta };
}

function* callEvents(act: Extract<Act, { kind: "call" }>, index: number, request: ModelRequest): Iterable<ModelEvent> {
  const callId = callIdOf(request.runId, request.rounds.length, index);
  yield { kind: "call", index, callId, tool: act.tool, name: act.name };
  for (const delta of fragments(act.arguments)) yield { kind: "arguments", index, delta };
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
