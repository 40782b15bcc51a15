import type { Scope } from "../../project/expression.ts";

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
  };
}

/** What comes back. `details` is the error as Node shows it, with its stack. */
export type ModuleAnswer =
  | { kind: "result"; json: string }
  | { kind: "no_default_function" }
  | { kind: "not_loaded" | "threw"; message: string; details: string };
