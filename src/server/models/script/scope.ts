import { asObject, parseJson } from "../json.ts";
import type { ModelRound } from "../model.ts";

type RecordedCall = ModelRound["calls"][number];
type Scope = Record<string, unknown>;

/**
 * What expressions of a script may read about calls: `tools.NAME` is the last call of that tool, `calls` is all of them in order. Each has
 * `args`, `output` (the text), `result` (the output parsed when it is JSON) and, when the tool answered an error, `error`;
 * `code_interpreter` also has `input` and `logs`, `file_search` also `query`.
 */
export function toolScope(rounds: readonly ModelRound[]): { tools: Scope; calls: Scope[] } {
  const calls = rounds.flatMap((round) => round.calls);
  return {
    tools: Object.fromEntries(calls.map((call) => [call.name, describeCall(call)])),
    calls: calls.map((call) => ({ tool: call.name, ...describeCall(call) })),
  };
}

function describeCall({ tool, arguments: written, output }: RecordedCall): Scope {
  const args = parsed(written);
  const result = parsed(output);
  const call = { args, output, result, ...errorOf(result) };
  if (tool === "function") return call;
  const asked = asObject(args);
  return tool === "code_interpreter" ? { ...call, input: asked.input, logs: output } : { ...call, query: asked.query };
}

function errorOf(result: unknown): { error?: unknown } {
  const { error } = asObject(result);
  return error == null ? {} : { error };
}

function parsed(text: string): unknown {
  const value = parseJson(text);
  return value === undefined ? text : value;
}
