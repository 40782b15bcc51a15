import type { Projection } from "../engine/dialect.ts";
import type { Journal, Move } from "../engine/journal.ts";
import type { RoundEvent } from "../engine/rounds.ts";
import { addDetails, addUsage } from "../engine/usage.ts";
import type { Services } from "../services.ts";
import type { Item, Phase } from "../wire/item.ts";
import type { ResponseEvent, ResponseUsage } from "../wire/response.ts";
import { createCallQueue } from "./call-queue.ts";
import type { ResponseChange, ResponseShape } from "./changes.ts";
import { citedFiles } from "./cited-files.ts";
import { conversations, type ResponseRecord } from "./kinds.ts";
import { beginMessage, type MessageWriter, type Tell } from "./message-writer.ts";
import { beginReasoning, type ReasoningWriter } from "./reasoning-writer.ts";
import type { ResponseHappening } from "./state.ts";

type Said = Extract<RoundEvent, { kind: "text" | "refusal" }>;
type Ended = Extract<RoundEvent, { kind: "completed" | "incomplete" | "filtered" | "function calls" }>;

/**
 * Turns what happens in the rounds of a response into items and their events, one item after the other. What is published piece by piece is stored when a round is
 * over.
 */
export function createResponseProjection(
  services: Services,
  journal: Journal<ResponseShape>,
  begun: ResponseRecord,
): Projection<ResponseShape> {
  const { ids } = services;
  const output: Item[] = [...begun.response.output];
  let record = begun;
  let told = begun.told;
  /** Published since the last write. */
  let events: ResponseEvent[] = [];
  let message: MessageWriter | null = null;
  let reasoning: ReasoningWriter | null = null;
  /** The text after an answer's first call; it becomes a message once the calls are done. */
  let late: Said[] = [];
  let citations: Record<string, string> = {};
  let drawn: string[] = [];
  let isOpen = false;

  const tell: Tell = (type, fields) => {
    const event = { type, ...fields, sequence_number: told };
    told += 1;
    if (record.isStreamed) events.push(event);
    journal.tell(record.id, event);
  };
  const done = (item: Item): void => void output.push(item);
  const calls = createCallQueue({ ids, tell, done, record: () => record, index: () => output.length });

  /** Must be called before something is published that cannot be repeated after a restart. */
  async function show(): Promise<void> {
    isOpen = true;
    if (record.isShown || !record.isStreamed) return;
    record = await journal.move(record.id, (current) => ({ record: { ...current, isShown: true } }));
  }

  const closeReasoning = (): void => {
    if (reasoning) done(reasoning.end());
    reasoning = null;
  };
  const closeMessage = (isCommentary: boolean): void => {
    if (message) done(message.end(isCommentary));
    message = null;
  };

  async function writer(phase: Phase | undefined): Promise<MessageWriter> {
    closeReasoning();
    if (message) return message;
    await show();
    const files = await citedFiles(services, record.containerId, citations, drawn);
    drawn = [];
    message = beginMessage(tell, { id: ids("msg_"), index: output.length, phase }, files);
    return message;
  }

  async function applyReasoning(delta: string): Promise<void> {
    if (calls.isOpen()) return;
    closeMessage(false);
    if (!reasoning) {
      await show();
      const { summary } = record.response.reasoning;
      reasoning = beginReasoning(tell, { id: ids("rs_"), index: output.length, isSummarised: summary !== null });
    }
    reasoning.text(delta);
  }

  function say(said: Said): Promise<void> | void {
    if (message && !reasoning) return message[said.kind](said.delta);
    return writer(said.kind === "text" ? said.phase : undefined).then((begun) => begun[said.kind](said.delta));
  }

  async function sayLate(): Promise<void> {
    const said = late.filter(({ delta }) => delta !== "");
    late = [];
    for (const each of said) await say(each);
    closeMessage(true);
  }

  /** The answer is complete. */
  async function closeAnswer(kind: Ended["kind"] | "round"): Promise<void> {
    closeReasoning();
    closeMessage(kind === "round" || kind === "function calls");
    calls.closeAll(kind === "incomplete" || kind === "filtered");
    await sayLate();
  }

  const after = (current: ResponseRecord, { usage, details }: Pick<Ended, "usage" | "details">): ResponseRecord => ({
    ...current,
    usage: addUsage(current.usage, usage),
    details: addDetails(current.details, details),
    response: { ...current.response, output: [...output] },
    told,
  });

  const kept = (): ResponseChange[] => {
    if (events.length === 0) return [];
    const { id, conversationId } = record;
    const batch = { id: `${id}/${told}`, responseId: id, thread: conversationId ?? id, events };
    events = [];
    return [{ kind: "events", told: [], batch }];
  };

  async function applyRound(event: Extract<RoundEvent, { kind: "round" }>): Promise<void> {
    await closeAnswer(event.kind);
    const changes = kept();
    record = await journal.move(record.id, (current) => ({ changes, record: after(current, event) }));
  }

  async function applyEnd(event: Ended): Promise<void> {
    await closeAnswer(event.kind);
    const changes = kept();
    const { conversationId } = record;
    const move = (current: ResponseRecord, more: readonly ResponseChange[] = []): Move<ResponseShape> => {
      const over = after(current, event);
      return { events: [lastOf(event, over)], changes: [...changes, ...more], record: over };
    };
    if (conversationId === null) record = await journal.move(record.id, (current) => move(current));
    else {
      const added: ResponseChange = { kind: "items", conversationId, items: [...record.input, ...output] };
      // A conversation that was deleted in the meantime gets none: they could never be removed.
      record = await journal.decide(record.id, async (current, tx) =>
        move(current, (await tx.get(conversations, conversationId)) === null ? [] : [added]),
      );
    }
    isOpen = false;
  }

  function apply(event: RoundEvent): Promise<void> | void {
    switch (event.kind) {
      case "text":
      case "refusal":
        if (calls.isOpen()) return void late.push(event);
        return event.delta === "" ? undefined : say(event);
      case "reasoning":
        return applyReasoning(event.delta);
      case "call":
        closeReasoning();
        closeMessage(true);
        return show().then(() => calls.begin(event.position, event.call));
      case "arguments":
        return calls.arguments(event.position, event.delta);
      case "search":
        return calls.search(event);
      case "search answered":
        citations = { ...citations, ...event.answer.citations };
        return calls.searched(event);
      case "code":
        return calls.code(event);
      case "code answered":
        drawn = [...drawn, ...event.answer.images];
        return calls.ran(event);
      case "round":
        return applyRound(event);
      case "function calls":
      case "completed":
      case "incomplete":
      case "filtered":
        return applyEnd(event);
    }
  }

  return {
    begin: async () => {},
    apply,
    isOpen: () => isOpen,
    closing: () => kept(),
    record: () => ({ ...record, told, response: { ...record.response, output: [...output] } }),
  };
}

function lastOf(event: Ended, record: ResponseRecord): ResponseHappening {
  const usage = usageToWire(record);
  switch (event.kind) {
    case "completed":
    case "function calls":
      return { kind: "complete", usage };
    case "incomplete":
      return { kind: "cut", reason: "max_output_tokens", usage };
    case "filtered":
      return { kind: "cut", reason: "content_filter", usage };
  }
}

function usageToWire({ usage, details }: ResponseRecord): ResponseUsage {
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: { cached_tokens: details.cached, cache_write_tokens: 0 },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: details.reasoning },
    total_tokens: usage.total_tokens,
  };
}
