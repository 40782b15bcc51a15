import type { ModelRound } from "../model.ts";
import { asObject, parseJson } from "../../../kit/json.ts";

type RecordedCall = ModelRound["calls"][number];
type Described = { tool: string } & Record<string, unknown>;

/**
 * What expressions of a script may read about calls: `tools.NAME` is the last call of that tool, `calls` is all of them in order. Each has
 * `tool` (its name), `args`, `output` (the text), `result` (the output parsed when it is JSON) and, when the tool answered an error, `error`;
 * `code_interpreter` also has `input` and `logs`, `file_search` also `query`.
 */
export function toolScope(rounds: readonly ModelRound[]): { tools: Record<string, Described>; calls: Described[] } {
  const calls = rounds.flatMap((round) => round.calls.map(describeCall));
  return { tools: Object.fromEntries(calls.map((call) => [call.tool, call])), calls };
}

function describeCall({ tool: kind, name, arguments: written, output }: RecordedCall): Described {
  const args = parsed(written);
  const result = parsed(output);
  const call = { tool: name, args, output, result, ...errorOf(result) };
  if (kind === "function") return call;
  const { input, query } = asObject(args);
  return kind === "code_interpreter" ? { ...call, input, logs: output } : { ...call, query };
}

function errorOf(result: unknown): { error?: unknown } {
  const { error } = asObject(result);
  return error == null ? {} : { error };
}

function parsed(text: string): unknown {
  const value = parseJson(text);
  return value === undefined ? text : value;
}
