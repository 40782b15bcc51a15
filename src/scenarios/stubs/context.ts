import type { Scope } from "../../project/expression.ts";
import type { World } from "../world/operations.ts";

/** The context that an implementation receives besides its arguments. */
export interface HandlerContext {
  /** Aborted when the turn is over; the implementation should then stop. */
  signal: AbortSignal;
  call: { name: string; id: string; number: number };
  turn: Scope;
  /** A copy of the world, to read and to change; `null` when there is no scenario. */
  world: World | null;
}

/** The run of a scenario that calls: its id, and the number of the attempt, from 1. */
export interface RunOfScenario {
  scenario: string;
  attempt: number;
}
