/** The progress of a turn. `cost` is in US dollars, `null` when unknown; `time` in milliseconds. */
export type TurnProgress =
  | { kind: "turn_begun"; turn: number }
  | { kind: "turn_ended"; turn: number; cost: number | null; time: number };

/** The progress of a running scenario; `attempt` counts all its attempts from 1, of which several may run in parallel. */
export type Progress = { scenario: string; attempt: number } & ({ kind: "attempt_begun" } | TurnProgress);
