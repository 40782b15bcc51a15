import type { Model, ModelEvent, ModelMessage, ModelRequest, ModelRound } from "../../../src/server/models/model.ts";
import type { Delay } from "../../../src/server/models/actions.ts";

/** What the user said, oldest first. */
function userTexts(messages: readonly ModelMessage[]): string[] {
  return messages
    .filter(({ role }) => role === "user")
    .map(({ content }) => content.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n"));
}

/** A request with nothing special in it. */
export function request(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    runId: "run_1",
    assistant: { id: "asst_1", name: "Weather" },
    model: "gpt-4o-mini",
    instructions: null,
    messages: [],
    said: async () => userTexts(changes.messages ?? []),
    scenario: async () => null,
    rounds: [],
    tools: [],
    toolChoice: { kind: "auto" },
    parallelToolCalls: true,
    responseFormat: "auto",
    temperature: null,
    topP: null,
    reasoningEffort: null,
    maxCompletionTokens: null,
    ...changes,
  };
}

export const user = (text: string): ModelMessage => ({ role: "user", content: [{ kind: "text", text }] });
export const assistant = (text: string): ModelMessage => ({ role: "assistant", content: [{ kind: "text", text }] });
export const tool = (name: string) => ({
  kind: "function" as const,
  name,
  description: null,
  parameters: null,
  strict: false,
});

/** Does not wait. */
export const noDelay: Delay = async () => undefined;

/** All events of one round. */
export async function eventsOf(model: Model, asked: ModelRequest): Promise<ModelEvent[]> {
  return Array.fromAsync(model.respond(asked, new AbortController().signal));
}

/** What a round said. */
export function textOf(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.kind === "text" ? event.delta : "")).join("");
}

/** The calls of a round, and the round with what each was answered. */
export function roundOf(events: readonly ModelEvent[], answer: (name: string, index: number) => string): ModelRound {
  const calls = events.filter((event) => event.kind === "call");
  return {
    text: textOf(events),
    calls: calls.map(({ index, callId, tool, name }) => ({
      callId,
      tool,
      name,
      arguments: events
        .map((event) => (event.kind === "arguments" && event.index === index ? event.delta : ""))
        .join(""),
      output: answer(name, index),
    })),
  };
}

/** Plays a whole run: the rounds with calls, and the events of the last one. */
export async function playRun(
  model: Model,
  asked: ModelRequest,
  answer: (name: string, index: number) => string,
): Promise<{ rounds: ModelRound[]; last: ModelEvent[] }> {
  const rounds: ModelRound[] = [];
  for (;;) {
    const last = await eventsOf(model, { ...asked, rounds: [...rounds] });
    const round = roundOf(last, answer);
    if (round.calls.length === 0) return { rounds, last };
    rounds.push(round);
  }
}
