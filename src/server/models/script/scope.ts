import { callScope } from "../../../project/call-scope.ts";
import type { Scope } from "../../../project/expression.ts";
import type { ModelRound } from "../model.ts";

/** What expressions of a script may read about the calls of rounds. */
export function toolScope(rounds: readonly ModelRound[]): { tools: Record<string, Scope>; calls: Scope[] } {
  return callScope(
    rounds.flatMap(({ calls }) =>
      calls.map(({ tool, name, arguments: written, output }) => ({ kind: tool, name, arguments: written, output })),
    ),
  );
}
