import { sha256 } from "../../kit/hash.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Model, ModelEvent, ModelRequest } from "./model.ts";
import { type RecordedRound, recordRound } from "./recorded-round.ts";
import type { Recording } from "./replay.ts";

/** Stores a conversation that became longer; `replaces` is the id of the recording that it continues, or `null`. */
export type Keep = (recording: Recording, replaces: string | null) => void;

/** The same model with all its answers recorded, if their rounds are finished. */
export function createRecordingModel(model: Model, keep: Keep): Model {
  /** The rounds of each turn, by all user messages up to it. */
  const rounds = new Map<string, RecordedRound[]>();

  function record(request: ModelRequest, said: readonly string[], events: readonly ModelEvent[]): void {
    const upTo = (turns: number) => conversationId(request.assistant.name, said.slice(0, turns));
    const id = upTo(said.length);
    rounds.set(id, [...(rounds.get(id) ?? []).slice(0, request.rounds.length), recordRound(events)]);
    const turns = said.map((user, index) => ({ user, rounds: rounds.get(upTo(index + 1)) ?? [] }));
    const before = upTo(said.length - 1);
    const { name: assistantName } = request.assistant;
    keep(
      { id, assistantName, fingerprint: fingerprintOf(request), opening: [], turns },
      rounds.has(before) ? before : null,
    );
  }

  return {
    ...model,
    async *respond(request, signal) {
      const events: ModelEvent[] = [];
      for await (const event of model.respond(request, signal)) {
        events.push(event);
        yield event;
      }
      record(request, await request.said(), events);
    },
  };
}

/** A name for files: the assistant's name and a hash that identifies the conversation, without any text of it, which may be secret. */
function conversationId(assistantName: string | null, said: readonly string[]): string {
  const digest = sha256(JSON.stringify([assistantName, said]));
  const words = (assistantName ?? "assistant").toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return [...words.slice(0, 6), digest.slice(0, 8)].join("-");
}
