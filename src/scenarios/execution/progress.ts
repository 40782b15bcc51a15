/** How far a turn is. `cost` is in US dollars, `null` when unknown; `time` in milliseconds. */
export type TurnProgress =
  | { kind: "turn_begun"; turn: number }
  | { kind: "turn_ended"; turn: number; cost: number | null; time: number };

/** How far a scenario is that is being run; `attempt` counts all of its attempts from 1, of which several may go on at a time. */
export type Progress = { scenario: string; attempt: number } & ({ kind: "attempt_begun" } | TurnProgress);
