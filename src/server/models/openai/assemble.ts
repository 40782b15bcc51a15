import type { ModelEvent, ModelRequest } from "../model.ts";
import { estimatePromptTokens, estimateTokens } from "../tokens.ts";
import { callOf, type PartialCall } from "./calls.ts";
import type { CallFragment, Chunk } from "./chunk.ts";
import { offeredAs, type Offer } from "./offer.ts";
import { callIdOf } from "../actions.ts";

/** A round that is being received. */
export interface Assembly {
  /** Adds a chunk and returns its events. */
  take(chunk: Chunk): ModelEvent[];
  /** True when the upstream has ended the round. */
  isFinished(): boolean;
  /** The fault of the complete round; `null` when there is none. */
  fault(): string | null;
  /** The events that end the round. */
  end(): ModelEvent[];
}

/**
 * Assembles the chunks of one round. Call ids are the upstream's, unless it sent none or one that the run already has. Usage is estimated
 * when the upstream does not report it. When calls must not be parallel, all but the first are dropped.
 */
export function assemble(request: ModelRequest, offers: readonly Offer[]): Assembly {
  const earlier = [...request.messages, ...request.rounds].flatMap(({ calls: made = [] }) => made);
  const usedIds = new Set(earlier.map(({ callId }) => callId));
  const calls: PartialCall[] = [];
  const texts: string[] = [];
  let finish: string | null = null;
  let usage: Chunk["usage"] = null;

  function takeFragment(fragment: CallFragment): ModelEvent[] {
    const index = callOf(fragment, calls);
    const before = calls[index];
    const call = continued(before, fragment);
    calls[index] = call;
    if (call.name === null || (index > 0 && !request.parallelToolCalls)) return [];
    const isNew = (before?.name ?? null) === null;
    const begin = isNew ? [beginning(call.name, call.upstreamId, index)] : [];
    return [...begin, ...argumentEvents(index, isNew ? call.arguments : fragment.arguments)];
  }

  function beginning(offeredName: string, upstreamId: string | null, index: number): ModelEvent {
    const isUsable = upstreamId !== null && !usedIds.has(upstreamId);
    const callId = isUsable ? upstreamId : callIdOf(request.runId, request.rounds.length, index);
    usedIds.add(callId);
    return { kind: "call", index, callId, ...offeredAs(offeredName, offers) };
  }

  function estimateUsage(): NonNullable<Chunk["usage"]> {
    const produced = [...texts, ...calls.flatMap((call) => [call.name ?? "", call.arguments])];
    return { promptTokens: estimatePromptTokens(request), completionTokens: estimateTokens(produced) };
  }

  const kept = () => (request.parallelToolCalls ? calls : calls.slice(0, 1));

  return {
    take(chunk) {
      texts.push(chunk.text, chunk.refusal);
      finish = chunk.finish ?? finish;
      usage = chunk.usage ?? usage;
      return [
        ...(chunk.reasoning === "" ? [] : [{ kind: "reasoning" as const, delta: chunk.reasoning }]),
        ...(chunk.text === "" ? [] : [{ kind: "text" as const, delta: chunk.text }]),
        ...(chunk.refusal === "" ? [] : [{ kind: "refusal" as const, delta: chunk.refusal }]),
        ...chunk.calls.flatMap(takeFragment),
      ];
    },
    isFinished: () => finish !== null,
    fault: () =>
      finish === "length"
        ? null
        : (kept()
            .map(faultOf)
            .find((fault) => fault !== null) ?? null),
    end() {
      const noArguments = kept().flatMap((call, index) =>
        call.arguments.trim() === "" ? argumentEvents(index, "{}") : [],
      );
      return [
        ...noArguments,
        { kind: "usage", ...(usage ?? estimateUsage()) },
        { kind: "finish", reason: reasonOf(finish, calls.length > 0) },
      ];
    },
  };
}

function continued(call: PartialCall | undefined, fragment: CallFragment): PartialCall {
  return {
    upstreamIndex: call === undefined ? fragment.index : call.upstreamIndex,
    upstreamId: call?.upstreamId ?? fragment.id,
    name: call?.name ?? fragment.name,
    arguments: (call?.arguments ?? "") + fragment.arguments,
  };
}

function argumentEvents(index: number, delta: string): ModelEvent[] {
  return delta === "" ? [] : [{ kind: "arguments", index, delta }];
}

/** The fault of a call. Arguments that are not JSON, or an undeclared function, are the model's output, and reach the client. */
function faultOf({ name }: PartialCall): string | null {
  return name === null ? "called a tool without naming it" : null;
}

/** The finish reason. Servers use different values, and some send `stop` after calls. */
function reasonOf(finish: string | null, hasCalls: boolean): Extract<ModelEvent, { kind: "finish" }>["reason"] {
  if (finish === "length" || finish === "content_filter") return finish;
  return hasCalls ? "tool_calls" : "stop";
}
