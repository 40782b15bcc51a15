import type { Scope } from "../../project/expression.ts";

/** What an implementation is told besides its arguments. */
export interface HandlerContext {
  /** Aborted when the turn is over; an implementation should stop then. */
  signal: AbortSignal;
  call: { name: string; id: string; number: number };
  turn: Scope;
}

/** Which run of a scenario asks: its id, and the number of the attempt, from 1. */
export interface RunOfScenario {
  scenario: string;
  attempt: number;
}
