import type { ModelEvent, ToolKind } from "./model.ts";
import type { Outcome } from "./actions.ts";

/** A recorded round of a model. */
export interface RecordedRound extends Outcome {
  text: string;
  refusal: string;
  calls: { tool: ToolKind; name: string; arguments: string }[];
}

/** The round that a model streamed, without what differs between runs: call ids and the boundaries of pieces. */
export function recordRound(events: readonly ModelEvent[]): RecordedRound {
  const usage = events.findLast((event) => event.kind === "usage");
  const calls = events.filter((event) => event.kind === "call");
  return {
    text: deltas(events, (event) => event.kind === "text"),
    refusal: deltas(events, (event) => event.kind === "refusal"),
    calls: calls.map(({ index, tool, name }) => ({
      tool,
      name,
      arguments: deltas(events, (event) => event.kind === "arguments" && event.index === index),
    })),
    usage: { promptTokens: usage?.promptTokens ?? 0, completionTokens: usage?.completionTokens ?? 0 },
    finish: events.findLast((event) => event.kind === "finish")?.reason ?? "stop",
  };
}

function deltas(events: readonly ModelEvent[], belongs: (event: ModelEvent) => boolean): string {
  return events.map((event) => (belongs(event) && "delta" in event ? event.delta : "")).join("");
}
