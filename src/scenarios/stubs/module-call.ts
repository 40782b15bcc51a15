import type { Scope } from "../../project/expression.ts";
import type { World } from "../world/operations.ts";

/** What goes to the thread of a scenario run: which module to run, and with what. */
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

/** What comes back. `details` is the error as Node shows it, with its stack. */
export type ModuleAnswer =
  /** `world` is JSON as well, as the module left it; `null` when it was given none. */
  | { kind: "result"; json: string; world: string | null }
  | { kind: "no_default_function" }
  | { kind: "not_loaded" | "threw"; message: string; details: string };
