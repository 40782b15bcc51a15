import type { Scope } from "../project/expression.ts";
import { answerText, answerValue, replyOf, type CallRecord, type CodeRecord, type TurnRecord } from "./record.ts";
import { replyJson } from "./reply-json.ts";
import { isObject } from "../kit/json.ts";

/**
 * What expressions may read once `turns` have been played: `saved`; `tools.NAME`, the last call of a tool; `calls`, those of the
 * last turn in order; `reply` of the last turn. A call has `tool`, `args`, `output` (text), `result` and, when it failed, `error`;
 * `code_interpreter` has `input` and `logs`.
 */
export function scopeAfter(turns: readonly TurnRecord[]): Scope {
  const last = turns.at(-1);
  return {
    saved: savedIn(turns),
    tools: Object.assign({}, ...turns.map(lastCalls)) as Scope,
    ...(last === undefined ? {} : { calls: last.calls.map(describeCall), reply: describeReply(last) }),
  };
}

/** The values that turns saved; later ones win. */
export function savedIn(turns: readonly TurnRecord[]): Scope {
  return Object.assign({}, ...turns.map(({ saved }) => saved)) as Scope;
}

/** What expressions read as `turn`. */
export function turnScope(number: number, id: string | null): Scope {
  return { number, id };
}

function lastCalls({ calls, code }: TurnRecord): Scope {
  const last = code.at(-1);
  return {
    ...Object.fromEntries(calls.map((call) => [call.name, describeCall(call)])),
    ...(last === undefined ? {} : { code_interpreter: describeCode(last) }),
  };
}

function describeCall(call: CallRecord): Scope {
  const about = { tool: call.name, args: call.args };
  if (call.outcome === null) return about;
  const result = answerValue(call.outcome);
  const error = isObject(result) && result["error"] != null ? { error: result["error"] } : {};
  return { ...about, output: answerText(call.outcome), result, ...error };
}

function describeCode({ input, logs }: CodeRecord): Scope {
  return { tool: "code_interpreter", input, logs, output: logs };
}

function describeReply(turn: TurnRecord): Scope {
  const json = replyJson(turn);
  return { text: replyOf(turn), ...(json === undefined ? {} : { json }) };
}
