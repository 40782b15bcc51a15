import type { Scope } from "../../project/expression.ts";

/** What an implementation is told besides its arguments. */
export interface HandlerContext {
  /** Aborted when the turn is over; an implementation should stop then. */
  signal: AbortSignal;
  call: { name: string; id: string; number: number };
  turn: Scope;
}
