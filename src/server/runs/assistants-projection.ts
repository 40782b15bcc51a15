import type { ToolKind } from "../models/model.ts";
import { seconds, type Services } from "../services.ts";
import type { Tool } from "../wire/common.ts";
import { type IncompleteReason } from "../wire/message.ts";
import type { FunctionCall } from "../wire/run.ts";
import { type CodeOutput, type RunStep, type StepCall } from "../wire/step.ts";
import type { CodeAnswer, SearchAnswer } from "../engine/built-in-tools.ts";
import type { Projection } from "../engine/dialect.ts";
import type { Journal } from "../engine/journal.ts";
import type { RoundEvent, ToolCall } from "../engine/rounds.ts";
import { addUsage } from "../engine/usage.ts";
import { type RunRecord } from "../domain/kinds.ts";
import { type Change, type RunShape, callDelta } from "./changes.ts";
import { beginMessage, type MessageWriter } from "./objects.ts";
import { endOf, endStep, newStep, type StepEnd } from "./objects.ts";
import type { RunEvent } from "./state.ts";
import { searchOptions } from "./resources.ts";

/** The open step of a round's calls: published piece by piece, stored when it begins and when it ends. */
interface CallStep {
  step: RunStep;
  calls: StepCall[];
}

/**
 * Creates steps and messages of the Assistants API from the events of one run in progress, one after the other, each stored before it is published. As clients expect, there is one active step and one active message at a time.
 */
export function createAssistantsProjection(
  services: Services,
  journal: Journal<RunShape>,
  begun: RunRecord,
): Projection<RunShape> {
  const { clock, ids } = services;
  const runId = begun.id;
  let record = begun;
  let message: MessageWriter | null = null;
  let callStep: CallStep | null = null;
  /** Text after a round's first call; it becomes a separate message when the calls are answered. */
  let lateText = "";

  const isOpen = (): boolean => message !== null || callStep !== null;
  const ending = (reason: IncompleteReason | null, end: StepEnd): Change[] => {
    if (message) return message.end(reason, end);
    return callStep ? [{ kind: "step", step: endStep(currentStep(callStep), end, seconds(clock)) }] : [];
  };
  const close = (after: RunRecord): void => {
    record = after;
    message = null;
    callStep = null;
    lateText = "";
  };
  const writer = async (): Promise<MessageWriter> => {
    if (message) return message;
    message = await beginMessage(services, journal, record);
    record = { ...record, images: [] };
    return message;
  };
  const tell = ({ step }: CallStep, position: number, call: object): void =>
    journal.tell(runId, callDelta(step.id, { index: position, ...call }));

  async function openCallStep(): Promise<CallStep> {
    if (callStep) return callStep;
    const step = newStep(ids("step_"), record.run, seconds(clock), { type: "tool_calls", tool_calls: [] });
    const before = message?.end(null, { status: "completed", usage: null }) ?? [];
    await journal.move(runId, () => ({ changes: [...before, { kind: "new step", step }] }));
    message = null;
    callStep = { step, calls: [] };
    return callStep;
  }

  /** Updates a call, and publishes `delta` if there is one. */
  function setCall(position: number, call: StepCall, delta: object | null): void {
    if (!callStep) throw new Error(`no step for call ${position}`);
    callStep.calls[position] = call;
    if (delta) tell(callStep, position, { type: call.type, ...delta });
  }

  async function sayLateText(): Promise<void> {
    if (record.lateText === "") return;
    const late = await writer();
    late.text(record.lateText);
    const changes = late.end(null, { status: "completed", usage: null });
    close(await journal.move(runId, (current) => ({ changes, record: { ...current, lateText: "" } })));
  }

  function applyText({ kind, delta }: Extract<RoundEvent, { kind: "text" | "refusal" }>): Promise<void> | void {
    if (callStep) lateText += delta;
    else if (message) message[kind](delta);
    else if (delta !== "" || kind === "refusal") return writer().then((begun) => begun[kind](delta));
  }

  async function applyCall(position: number, { callId, tool, name }: Omit<ToolCall, "arguments">): Promise<void> {
    const open = await openCallStep();
    const call = emptyCall(callId, tool, name, record.run.tools);
    open.calls[position] = call;
    tell(open, position, call.type === "file_search" ? { ...call, file_search: {} } : call);
  }

  function applyArguments(position: number, delta: string): void {
    const call = callStep?.calls[position];
    if (!callStep || call?.type !== "function") return;
    call.function.arguments += delta;
    tell(callStep, position, { type: "function", function: { arguments: delta } });
  }

  /** The record after a round: its usage, and what later messages have to show of it. */
  const afterRound = (current: RunRecord, usage: RunRecord["usage"]): RunRecord => ({
    ...current,
    usage: addUsage(current.usage, usage),
    lateText,
    images: record.images,
    citations: record.citations,
  });

  function apply(event: RoundEvent): Promise<void> | void {
    switch (event.kind) {
      case "text":
      case "refusal":
        return applyText(event);
      case "reasoning":
      case "search":
        return;
      case "call":
        return applyCall(event.position, event.call);
      case "arguments":
        return applyArguments(event.position, event.delta);
      case "code":
        return setCall(event.position, codeCall(event, []), { code_interpreter: { input: event.input } });
      case "code answered": {
        const outputs = codeOutputs(event.answer);
        record = { ...record, images: [...record.images, ...event.answer.images] };
        const told = outputs.map((output, index) => Object.assign({ index }, output));
        return setCall(event.position, codeCall(event, outputs), { code_interpreter: { outputs: told } });
      }
      case "search answered":
        record = { ...record, citations: { ...record.citations, ...event.answer.citations } };
        return setCall(event.position, searchCall(event.callId, event.answer, record.run.tools), null);
      case "round":
        return applyRound(event);
      case "function calls":
        return applyFunctionCalls(event);
      default:
        return applyEnd(event);
    }
  }

  async function applyRound({ round, usage }: Extract<RoundEvent, { kind: "round" }>): Promise<void> {
    const changes = ending(null, { status: "completed", usage });
    const answered = (current: RunRecord): RunRecord => ({
      ...afterRound(current, usage),
      rounds: [...current.rounds, round],
    });
    close(await journal.move(runId, (current) => ({ changes, record: answered(current) })));
    await sayLateText();
  }

  async function applyFunctionCalls({
    calls,
    round,
    usage,
  }: Extract<RoundEvent, { kind: "function calls" }>): Promise<void> {
    const changes: Change[] = callStep ? [{ kind: "step", step: currentStep(callStep) }] : [];
    const ask = { kind: "ask", calls: calls.map(functionCall) } as const;
    const waiting = (current: RunRecord): RunRecord => ({ ...afterRound(current, usage), openRound: { round, usage } });
    close(await journal.move(runId, (current) => ({ events: [ask], changes, record: waiting(current) })));
  }

  /**
   * The last round: there were no calls, the tokens ran out, or a filter stopped it; earlier output stays, as incomplete. An answer that is
   * empty becomes a message with an empty text, so that every completed run has a last message.
   */
  async function applyEnd(
    event: Extract<RoundEvent, { kind: "completed" | "incomplete" | "filtered" }>,
  ): Promise<void> {
    const saysNothing = event.kind === "completed" && !isOpen();
    if (saysNothing || (event.kind === "incomplete" && !isOpen() && record.images.length > 0)) await writer();
    const changes =
      event.kind === "filtered"
        ? ending("content_filter", { status: "failed", error: event.error })
        : ending(event.kind === "incomplete" ? "max_tokens" : null, { status: "completed", usage: event.usage });
    const spent = (current: RunRecord): RunRecord => ({ ...current, usage: addUsage(current.usage, event.usage) });
    close(
      await journal.move(runId, (current) => {
        const over = spent(current);
        const remark = saysNothing ? "the model's last answer was empty" : undefined;
        return { events: [lastEvent(event, over)], changes, record: over, remark };
      }),
    );
  }

  const closing = (stop: Parameters<typeof endOf>[0]): Change[] => {
    const { reason, end } = endOf(stop);
    return ending(reason, end);
  };
  return { begin: sayLateText, apply, isOpen, closing, record: () => record };
}

/** The run event for the last event of a round, with the run's usage. */
function lastEvent(
  event: Extract<RoundEvent, { kind: "completed" | "incomplete" | "filtered" }>,
  { usage }: RunRecord,
): RunEvent {
  switch (event.kind) {
    case "completed":
      return { kind: "complete", usage };
    case "incomplete":
      return { kind: "cut", reason: event.reason, usage };
    case "filtered":
      return { kind: "fail", error: event.error, usage };
  }
}

function currentStep({ step, calls }: CallStep): RunStep {
  return { ...step, step_details: { type: "tool_calls", tool_calls: structuredClone(calls) } };
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

function codeCall({ callId, input }: { callId: string; input: string }, outputs: CodeOutput[]): StepCall {
  return { id: callId, type: "code_interpreter", code_interpreter: { input, outputs } };
}

function codeOutputs({ logs, images }: CodeAnswer): CodeOutput[] {
  const drawn = images.map((fileId): CodeOutput => ({ type: "image", image: { file_id: fileId } }));
  return logs === "" ? drawn : [{ type: "logs", logs }, ...drawn];
}

function searchCall(id: string, { results }: SearchAnswer, tools: readonly Tool[]): StepCall {
  const found = results.map(({ fileId, filename, score, content }) => ({
    file_id: fileId,
    file_name: filename,
    score,
    content: content.map((text) => ({ type: "text" as const, text })),
  }));
  const { ranking_options: ranking } = searchOptions(tools);
  return { id, type: "file_search", file_search: { ranking_options: ranking, results: found } };
}

function functionCall({ callId, name, arguments: written }: ToolCall): FunctionCall {
  return { id: callId, type: "function", function: { name, arguments: written } };
}
