import { asObject, parseShallowJson } from "../kit/json.ts";
import type { Scope } from "./expression.ts";

/** A call of a tool, as scripts and expectations see it. */
export interface MadeCall {
  kind: "function" | "code_interpreter" | "file_search";
  name: string;
  /** JSON, as the model wrote it. */
  arguments: string;
  /** The text that the model receives; `null` when the call was not answered. */
  output: string | null;
}

/**
 * The data about calls for expressions, both in scripts and in expectations: `tools.NAME` is the last call of that tool, `calls` is all
 * calls of functions, in order. Each has `tool` (its name), `args`, `output` (the text), `result` (the output parsed when it is JSON, otherwise the text)
 * and, when the tool answered an error, `error`; `code_interpreter` also has `input` and `logs`, `file_search` also `query`.
 */
export function callScope(made: readonly MadeCall[]): { tools: Record<string, Scope>; calls: Scope[] } {
  const described = made.map((call) => ({ call, scope: describeCall(call) }));
  return {
    tools: Object.fromEntries(described.map(({ call, scope }) => [call.name, scope])),
    calls: described.filter(({ call }) => call.kind === "function").map(({ scope }) => scope),
  };
}

/** The output of a call as a value: parsed when it is JSON, otherwise the text. */
export function resultOf(output: string): unknown {
  return parsed(output);
}

function describeCall({ kind, name, arguments: written, output }: MadeCall): Scope {
  const args = written.trim() === "" ? {} : parsed(written);
  const about = { tool: name, args, ...(output !== null && answerOf(output)) };
  if (kind === "function") return about;
  const { input, query } = asObject(args);
  return kind === "code_interpreter" ? { ...about, input, logs: output ?? "" } : { ...about, query };
}

function answerOf(output: string): Scope {
  const result = parsed(output);
  const { error } = asObject(result);
  return { output, result, ...(error != null && { error }) };
}

function parsed(text: string): unknown {
  const value = parseShallowJson(text);
  return value === undefined ? text : value;
}
