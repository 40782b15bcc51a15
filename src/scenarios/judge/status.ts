import type { WrittenTurn } from "../../project/schemas/scenario.ts";
import type { TurnRecord, TurnStatus } from "../record.ts";
import type { Finding } from "./verdict.ts";

/** The status that a turn has to end with: `completed` unless it says otherwise. */
export function expectedStatus({ expect }: WrittenTurn): TurnStatus {
  const written = expect?.status ?? "completed";
  return typeof written === "string" ? written : written.is;
}

/** Judges how a turn ended. */
export function judgeStatus(turn: TurnRecord, expected: TurnStatus): Finding {
  const pass = turn.status === expected;
  const why = turn.error === null ? turn.reason : `${turn.error.code}: ${turn.error.message}`;
  const ended = why === null ? `the turn ended as ${turn.status}` : `the turn ended as ${turn.status} (${why})`;
  return {
    at: [],
    pass,
    expected,
    actual: turn.status,
    sentence: pass ? ended : `${ended}; expected ${expected}`,
  };
}
