import type { Action } from "./actions.ts";
import { changedParts, fingerprintOf, type Fingerprint } from "./fingerprint.ts";
import { ModelFailure, type Model, type ModelRequest } from "./model.ts";
import { scriptPlaceText } from "../../project/script-failure.ts";
import type { RecordedRound } from "./recorded-round.ts";
import { findTurn } from "./script/find.ts";
import { explainUnmatched } from "./script/unmatched.ts";
import { growTree, knownMessages } from "./script/find.ts";
import { streamActions, type Delay } from "./actions.ts";

/** A recorded conversation of a real model. */
export interface Recording {
  /** The scenario that was recorded. */
  id: string;
  assistantName: string | null;
  /** The fingerprint of the assistant at that time. */
  fingerprint: Fingerprint;
  /** User messages in the thread before the first turn. */
  opening: readonly string[];
  turns: readonly { user: string; rounds: readonly RecordedRound[] }[];
}

/**
 * A model that repeats what a real model said, with the recorded usage. A recording is found like a script; round k of a run is round k of the recorded turn.
 * A run fails when its assistant has changed since the recording, or its conversation was not recorded.
 */
export function createReplayModel({ recordings, delay }: { recordings: readonly Recording[]; delay: Delay }): Model {
  const conversations = recordings.map((recording) => ({
    ...recording,
    turns: recording.turns.map(({ user, rounds }) => ({ user: [user], steps: rounds })),
  }));
  const tree = growTree(conversations);

  async function roundOf(request: ModelRequest): Promise<RecordedRound> {
    const said = await request.said();
    const found = findTurn(tree, said, request.assistant.name);
    if (found.kind === "unmatched") {
      throw new ModelFailure(
        "invalid_prompt",
        explainUnmatched("recording", said, found, knownMessages(conversations)),
      );
    }
    const where = scriptPlaceText({ choice: null, scenario: found.conversation.id, turn: found.turn + 1 });
    refuseStale(where, recordings[found.order], request);
    const round = found.steps?.[request.rounds.length];
    if (round !== undefined) return round;
    throw new ModelFailure(
      "invalid_prompt",
      `${where}: the recording ends after ${found.steps?.length ?? 0} rounds, but this run requests another one.`,
    );
  }

  return {
    respond: (request, signal) =>
      streamActions(request, { delay, signal }, async () => {
        const round = await roundOf(request);
        return { actions: actsOf(round), outcome: round };
      }),
    async list() {
      return [...new Set(recordings.map(({ fingerprint }) => fingerprint.model))].map((id) => ({
        id,
        created: 0,
        owned_by: "playbill",
      }));
    },
  };
}

function refuseStale(where: string, recording: Recording | undefined, request: ModelRequest): void {
  const changed = recording === undefined ? [] : changedParts(recording.fingerprint, fingerprintOf(request));
  if (changed.length === 0) return;
  throw new ModelFailure(
    "invalid_prompt",
    `${where}: the recording is stale: the assistant's ${changed.join(", ")} changed since the recording was made. Record it again.`,
  );
}

function actsOf({ text, refusal, calls }: RecordedRound): Action[] {
  return [
    ...(text === "" ? [] : [{ kind: "say" as const, text }]),
    ...(refusal === "" ? [] : [{ kind: "refuse" as const, text: refusal }]),
    ...calls.map((call) => ({ kind: "call" as const, ...call })),
  ];
}
