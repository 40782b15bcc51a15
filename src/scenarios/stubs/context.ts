import type { Scope } from "../../project/expression.ts";
import type { World } from "../world/operations.ts";

/** What an implementation is told besides its arguments. */
export interface HandlerContext {
  /** Aborted when the turn is over; an implementation should stop then. */
  signal: AbortSignal;
  call: { name: string; id: string; number: number };
  turn: Scope;
  /** A copy of what the tools share, to read and to change; `null` for an implementation that knows of no scenario. */
  world: World | null;
}

/** Which run of a scenario asks: its id, and the number of the attempt, from 1. */
export interface RunOfScenario {
  scenario: string;
  attempt: number;
}
