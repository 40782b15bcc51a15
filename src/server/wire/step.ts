import type { Metadata } from "./common.ts";
import type { RunError, Usage } from "./run.ts";

/** A function call in a step; `output` is null until it is submitted. */
export interface FunctionStepCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string; output: string | null };
}
/** What a piece of code printed or drew. */
export type CodeOutput = { type: "logs"; logs: string } | { type: "image"; image: { file_id: string } };
/** A piece of code in a step. */
export interface CodeStepCall {
  id: string;
  type: "code_interpreter";
  code_interpreter: { input: string; outputs: CodeOutput[] };
}
/** A search result. */
export interface SearchStepResult {
  file_id: string;
  file_name: string;
  score: number;
  content?: { type: "text"; text: string }[];
}
/** A search in a step; without results while it is in progress. */
export interface SearchStepCall {
  id: string;
  type: "file_search";
  file_search: {
    ranking_options: { ranker: string; score_threshold: number };
    results?: SearchStepResult[];
  };
}
/** A call in a step, of any tool. */
export type StepCall = FunctionStepCall | CodeStepCall | SearchStepCall;

/** What a step did. */
export type StepDetails =
  | { type: "message_creation"; message_creation: { message_id: string } }
  | { type: "tool_calls"; tool_calls: StepCall[] };

/** A step of a run, as it is stored and as the API returns it. */
export interface RunStep {
  id: string;
  object: "thread.run.step";
  created_at: number;
  run_id: string;
  assistant_id: string;
  thread_id: string;
  type: StepDetails["type"];
  status: "in_progress" | "completed" | "failed" | "cancelled" | "expired";
  cancelled_at: number | null;
  completed_at: number | null;
  expired_at: number | null;
  failed_at: number | null;
  last_error: RunError | null;
  step_details: StepDetails;
  usage: Usage | null;
  metadata: Metadata;
}

/** Includes the text of search results only if requested. */
export function stepToWire(step: RunStep, withContent: boolean): RunStep {
  if (withContent || step.step_details.type !== "tool_calls") return step;
  const calls = step.step_details.tool_calls.map((call) => (call.type === "file_search" ? withoutContent(call) : call));
  return { ...step, step_details: { type: "tool_calls", tool_calls: calls } };
}

function withoutContent(call: SearchStepCall): SearchStepCall {
  const results = call.file_search.results?.map(({ file_id, file_name, score }) => ({ file_id, file_name, score }));
  return { ...call, file_search: { ...call.file_search, ...(results && { results }) } };
}
