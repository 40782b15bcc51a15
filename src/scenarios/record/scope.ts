import type { Scope } from "../../project/expression.ts";
import { callScope, type MadeCall } from "../../project/call-scope.ts";
import { answerText, replyOf, type CallRecord, type CodeRecord, type TurnRecord } from "./record.ts";
import { replyJson } from "./reply-json.ts";
import type { Scenario } from "../scenario.ts";

/**
 * The values that expressions may read after `turns`: `vars` and `matrix`; the current `world`; `saved`; `tools.NAME`, the last call of a
 * tool in any of the turns; `calls` and `reply` of the last turn. The contents of a call are defined in `callScope`.
 */
export function scopeAfter({ scope, world: declared, saved }: Scenario, turns: readonly TurnRecord[]): Scope {
  const last = turns.at(-1);
  const { tools } = callsIn(turns);
  const ofLast = last === undefined ? {} : { calls: callsIn([last]).calls, reply: describeReply(last) };
  const world = last?.world ?? declared;
  return { ...scope, ...(world !== null && { world }), saved: { ...saved, ...savedIn(turns) }, tools, ...ofLast };
}

/** The calls of turns, as expressions read them. */
export function callsIn(turns: readonly TurnRecord[]): ReturnType<typeof callScope> {
  return callScope(turns.flatMap(({ calls, code }) => [...calls.map(functionCall), ...code.map(codeCall)]));
}

/** The values that turns saved; later ones take precedence. */
export function savedIn(turns: readonly TurnRecord[]): Scope {
  return Object.assign({}, ...turns.map(({ saved }) => saved)) as Scope;
}

/** The value of `turn` in expressions. */
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
