import type { Scope } from "../../project/expression.ts";
import { callScope, type MadeCall } from "../../project/call-scope.ts";
import { answerText, replyOf, type CallRecord, type CodeRecord, type TurnRecord } from "./record.ts";
import { replyJson } from "./reply-json.ts";
import type { Scenario } from "../scenario.ts";

/**
 * What expressions may read once `turns` have been run: `vars` and `matrix`; `world`, as it is then; `saved`; `tools.NAME`, the last call of
 * a tool in any of them; `calls`, those of the last turn; `reply` of the last turn. What a call has is in `callScope`.
 */
export function scopeAfter({ scope, world: declared, saved }: Scenario, turns: readonly TurnRecord[]): Scope {
  const last = turns.at(-1);
  const { tools } = callsIn(turns);
  const ofLast = last === undefined ? {} : { calls: callsIn([last]).calls, reply: describeReply(last) };
  const world = last?.world ?? declared;
  return { ...scope, ...(world !== null && { world }), saved: { ...saved, ...savedIn(turns) }, tools, ...ofLast };
}

/** What expressions read of the calls of turns. */
export function callsIn(turns: readonly TurnRecord[]): ReturnType<typeof callScope> {
  return callScope(turns.flatMap(({ calls, code }) => [...calls.map(functionCall), ...code.map(codeCall)]));
}

/** The values that turns saved; later ones win. */
export function savedIn(turns: readonly TurnRecord[]): Scope {
  return Object.assign({}, ...turns.map(({ saved }) => saved)) as Scope;
}

/** What expressions read as `turn`. */
export function turnScope(number: number, id: string | null): Scope {
  return { number, id };
}

function functionCall({ name, arguments: written, outcome }: CallRecord): MadeCall {
  return { kind: "function", name, arguments: written, output: outcome === null ? null : answerText(outcome) };
}

function codeCall({ input, logs }: CodeRecord): MadeCall {
  const written = JSON.stringify({ input });
  return { kind: "code_interpreter", name: "code_interpreter", arguments: written, output: logs };
}

function describeReply(turn: TurnRecord): Scope {
  const json = replyJson(turn);
  return { text: replyOf(turn), ...(json === undefined ? {} : { json }) };
}
