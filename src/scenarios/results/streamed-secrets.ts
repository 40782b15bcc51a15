import type { RunRecord, TurnRecord } from "../record/record.ts";
import type { ScenarioResult } from "./result.ts";

/**
 * A result in which no secret is split across pieces of a streamed text, where it would not be recognized: such a text is moved completely into
 * its first piece. `isSecret` is true for a text that contains a secret.
 */
export function joinSecrets(result: ScenarioResult, isSecret: (text: string) => boolean): ScenarioResult {
  const joined = (record: RunRecord): RunRecord => ({
    ...record,
    turns: record.turns.map((turn) => ({ ...turn, events: joinEvents(turn.events, isSecret) })),
  });
  return {
    ...result,
    record: result.record && joined(result.record),
    attempts: result.attempts.map((attempt) =>
      attempt.record ? { ...attempt, record: joined(attempt.record) } : attempt,
    ),
  };
}

type Events = TurnRecord["events"];

function joinEvents(events: Events, isSecret: (text: string) => boolean): Events {
  const joined: Events = [];
  let piece: Events = [];
  const end = () => {
    const text = piece.map(({ event }) => (event.kind === "text" ? event.delta : "")).join("");
    const isSpread = piece.length > 1 && isSecret(text);
    // One by one, because there may be more of them than a function accepts as arguments.
    for (const [index, each] of piece.entries())
      joined.push(isSpread ? { at: each.at, event: { kind: "text", delta: index === 0 ? text : "" } } : each);
    piece = [];
  };
  for (const each of events) {
    if (each.event.kind === "text") {
      piece.push(each);
      continue;
    }
    end();
    joined.push(each);
  }
  end();
  return joined;
}
