import type { Scope } from "../../project/expression.ts";
import type { World } from "../world/operations.ts";

/** A message to the thread of a scenario run: the module to run, and its arguments. */
export interface ModuleCall {
  /** `file:` URL of the module. */
  url: string;
  args: unknown;
  context: {
    scenario: string;
    attempt: number;
    call: { name: string; id: string; number: number };
    turn: Scope;
    world?: World;
  };
}

/** The answer from the thread. `details` is the error as Node shows it, with its stack. */
export type ModuleAnswer =
  /** `world` is also JSON: the world as the module left it, or `null` when it received none. */
  | { kind: "result"; json: string; world: string | null }
  | { kind: "no_default_function" }
  | { kind: "not_loaded" | "threw"; message: string; details: string };
