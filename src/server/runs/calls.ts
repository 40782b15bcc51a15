import type { ModelEvent, ToolKind } from "../models/model.ts";
import { seconds, type Services } from "../services.ts";
import type { Tool } from "../wire/common.ts";
import type { RunRecord } from "../wire/run.ts";
import type { RunStep, StepCall } from "../wire/step.ts";
import { endStep, type StepEnd } from "./closing.ts";
import { callDelta } from "./events.ts";
import type { Change, Journal } from "./journal.ts";
import { newStep } from "./objects.ts";
import { searchOptions } from "./search-options.ts";

/** One call as the model makes it. */
export interface MadeCall {
  callId: string;
  tool: ToolKind;
  name: string;
  arguments: string;
}

/** A step of tool calls being made: told piece by piece, stored when it begins and when a caller asks for it. */
export interface CallSheet {
  readonly calls: readonly MadeCall[];
  begin(call: Extract<ModelEvent, { kind: "call" }>): void;
  /** More of the arguments of the call that the model gave this index. */
  addArguments(index: number, delta: string): void;
  /** Puts in what a call became, and tells `delta` of it, if anything. */
  settle(position: number, call: StepCall, delta: object | null): void;
  /** The step as it stands now. */
  step(): RunStep;
  end(end: StepEnd): Change[];
}

/** Begins a step of calls; `before` are the changes that end what came before it. */
export function beginCalls(
  { clock, ids }: Services,
  journal: Journal,
  { id: runId, run }: RunRecord,
  before: Change[],
): CallSheet {
  const first = newStep(ids("step_"), run, seconds(clock), { type: "tool_calls", tool_calls: [] });
  const calls: MadeCall[] = [];
  const stepCalls: StepCall[] = [];
  const positions = new Map<number, number>();
  const tell = (position: number, call: object): void =>
    journal.tell(runId, callDelta(first.id, { index: position, ...call }));
  const step = (): RunStep => ({
    ...first,
    step_details: { type: "tool_calls", tool_calls: structuredClone(stepCalls) },
  });

  journal.write(runId, [...before, { kind: "new step", step: first }]);
  return {
    calls,
    begin({ index, callId, tool, name }) {
      const position = calls.push({ callId, tool, name, arguments: "" }) - 1;
      positions.set(index, position);
      const call = emptyCall(callId, tool, name, run.tools);
      stepCalls.push(call);
      tell(position, call.type === "file_search" ? { ...call, file_search: {} } : call);
    },
    addArguments(index, delta) {
      const position = positions.get(index);
      const call = position === undefined ? undefined : calls[position];
      const stepCall = position === undefined ? undefined : stepCalls[position];
      if (position === undefined || !call || !stepCall) return;
      call.arguments += delta;
      if (stepCall.type !== "function") return;
      stepCall.function.arguments += delta;
      tell(position, { type: "function", function: { arguments: delta } });
    },
    settle(position, call, delta) {
      stepCalls[position] = call;
      if (delta) tell(position, { type: call.type, ...delta });
    },
    step,
    end: (end) => [{ kind: "step", step: endStep(step(), end, seconds(clock)) }],
  };
}

function emptyCall(id: string, tool: ToolKind, name: string, tools: readonly Tool[]): StepCall {
  switch (tool) {
    case "function":
      return { id, type: tool, function: { name, arguments: "", output: null } };
    case "code_interpreter":
      return { id, type: tool, code_interpreter: { input: "", outputs: [] } };
    case "file_search":
      return { id, type: tool, file_search: { ranking_options: searchOptions(tools).ranking_options } };
  }
}
