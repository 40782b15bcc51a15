import { untilAborted } from "../../kit/waiting.ts";
import { ModelFailure, type ModelEvent, type ModelRequest, type ModelRound, type ToolKind } from "../models/model.ts";
import type { Services } from "../services.ts";
import type { RunError, Usage } from "../wire/run.ts";
import { builtInArgument, type CodeAnswer, type SearchAnswer } from "./built-in-tools.ts";
import { addDetails, addUsage, noDetails, noUsage, remaining, usageOf, type TokenDetails } from "./usage.ts";

/** The task of a run's rounds, in any dialect. */
export interface Task {
  /** The finished rounds, and their usage. */
  rounds: readonly ModelRound[];
  usage: Usage;
  /** The kinds of tools that are offered to the model. */
  tools: ReadonlySet<ToolKind>;
  parallelToolCalls: boolean;
  /** The maximum number of built-in tool calls in all rounds; further ones are ignored. `null`: no limit. */
  maxToolCalls: number | null;
  /** The maximum number of tokens that the model may produce in all rounds; `null`: no limit. */
  maxCompletionTokens: number | null;
  /** The request to the model after these rounds with this usage; `null` when it does not fit into the remaining tokens. */
  request(rounds: readonly ModelRound[], usage: Usage): Promise<ModelRequest | null>;
  /** Runs a piece of code and stores what it drew and wrote. */
  runCode(call: { callId: string; input: string }, signal: AbortSignal): Promise<CodeAnswer>;
  /** Searches the vector stores. `messageIndex` becomes the first number of citations. */
  runSearch(asked: { query: string; messageIndex: number }, signal: AbortSignal): Promise<SearchAnswer>;
}

/** A tool call of the model. */
export interface ToolCall {
  callId: string;
  tool: ToolKind;
  name: string;
  arguments: string;
}

/** The events of a run, in order. `position` is a call's index in its round; `usage` is that of the round. */
export type RoundEvent =
  | { kind: "text"; delta: string; phase?: "commentary" | "final_answer" }
  | { kind: "refusal"; delta: string }
  | { kind: "reasoning"; delta: string }
  | { kind: "call"; position: number; call: Omit<ToolCall, "arguments"> }
  | { kind: "arguments"; position: number; delta: string }
  /** A search begins. */
  | { kind: "search"; position: number; callId: string; query: string }
  /** A piece of code starts, and has finished. */
  | { kind: "code"; position: number; callId: string; input: string }
  | { kind: "code answered"; position: number; callId: string; input: string; answer: CodeAnswer }
  | { kind: "search answered"; position: number; callId: string; answer: SearchAnswer }
  /** A round whose calls are all answered; another one follows. */
  | { kind: "round"; round: ModelRound; usage: Usage; details: TokenDetails }
  /** The last event of a run that waits for outputs; the round has what is known so far. */
  | { kind: "function calls"; calls: ToolCall[]; round: ModelRound; usage: Usage; details: TokenDetails }
  /** One of these is the last event otherwise. */
  | { kind: "completed"; usage: Usage; details: TokenDetails }
  | { kind: "incomplete"; reason: "max_completion_tokens" | "max_prompt_tokens"; usage: Usage; details: TokenDetails }
  | { kind: "filtered"; error: RunError; usage: Usage; details: TokenDetails };

/**
 * Runs a task round by round: the model answers, built-in tools answer its calls, and so on until there are no calls or function calls. Only the
 * tools write (their files); the reader handles the events, and the next one is produced on demand. Throws
 * ModelFailure, or the signal's reason.
 */
export async function* runRounds(
  { model, codeInterpreter }: Pick<Services, "model" | "codeInterpreter">,
  task: Task,
  signal: AbortSignal,
): AsyncGenerator<RoundEvent> {
  const rounds = [...task.rounds];
  let spent = task.usage;
  if (task.tools.has("code_interpreter")) codeInterpreter.prewarm();
  for (;;) {
    const request = await task.request([...rounds], spent);
    signal.throwIfAborted();
    const isExhausted = remaining(task.maxCompletionTokens, spent.completion_tokens) === 0;
    if (request === null || isExhausted) {
      const reason = isExhausted ? "max_completion_tokens" : "max_prompt_tokens";
      return yield { kind: "incomplete", reason, usage: noUsage, details: noDetails };
    }
    const answer: Answer = {
      text: "",
      calls: [],
      usage: noUsage,
      details: noDetails,
      finish: null,
      positions: new Map(),
    };
    for await (const piece of untilAborted(model.respond(request, signal), signal)) {
      const event = addTo(answer, piece, task, rounds.slice(task.rounds.length));
      if (event) yield event;
    }
    const { text, calls, usage, details, finish } = answer;
    if (finish === null) throw new ModelFailure("server_error", "The model's answer was interrupted.");
    if (finish === "content_filter") return yield { kind: "filtered", error: filterError, usage, details };
    if (finish === "length") return yield { kind: "incomplete", reason: "max_completion_tokens", usage, details };
    if (calls.length === 0) return yield { kind: "completed", usage, details };

    const outputs = yield* callBuiltIns(task, signal, calls, 3 + heardOf(request) + 2 * request.rounds.length);
    const round = { text, calls: calls.map((call, position) => ({ ...call, output: outputs[position] ?? "" })) };
    const functions = calls.filter(({ tool }) => tool === "function");
    if (functions.length > 0) return yield { kind: "function calls", calls: functions, round, usage, details };
    yield { kind: "round", round, usage, details };
    rounds.push(round);
    spent = addUsage(spent, usage);
  }
}

/** The number of messages in a request; a call and its answer count as two. */
function heardOf({ messages }: ModelRequest): number {
  return messages.reduce((sum, { calls = [] }) => sum + (calls.length > 0 ? 2 : 1), 0);
}

const filterError: RunError = { code: "server_error", message: "A content filter stopped the answer." };

/** The current state of one answer of the model. */
interface Answer {
  text: string;
  calls: ToolCall[];
  usage: Usage;
  details: TokenDetails;
  finish: Extract<ModelEvent, { kind: "finish" }>["reason"] | null;
  /** The positions of calls by the model's indexes. */
  positions: Map<number, number>;
}

/** Adds a piece to an answer; returns the resulting event of the run, if any. */
function addTo(answer: Answer, event: ModelEvent, task: Task, rounds: readonly ModelRound[]): RoundEvent | null {
  switch (event.kind) {
    case "reasoning":
      return event;
    case "text":
    case "refusal":
      answer.text += event.delta;
      return event;
    case "call": {
      if (answer.calls.length > 0 && !task.parallelToolCalls) return null;
      const { callId, tool, name } = event;
      if (tool !== "function" && task.maxToolCalls !== null && builtInsSoFar(answer, rounds) >= task.maxToolCalls)
        return null;
      if (tool !== "function") refuseUnknownTool(task, tool);
      const position = answer.calls.push({ callId, tool, name, arguments: "" }) - 1;
      answer.positions.set(event.index, position);
      return { kind: "call", position, call: { callId, tool, name } };
    }
    case "arguments": {
      const position = answer.positions.get(event.index);
      const call = position === undefined ? undefined : answer.calls[position];
      if (position === undefined || call === undefined) return null;
      call.arguments += event.delta;
      return { kind: "arguments", position, delta: event.delta };
    }
    case "usage":
      answer.usage = addUsage(answer.usage, usageOf(event.promptTokens, event.completionTokens));
      answer.details = addDetails(answer.details, {
        cached: event.cachedTokens ?? 0,
        reasoning: event.reasoningTokens ?? 0,
      });
      return null;
    case "finish":
      answer.finish = event.reason;
      return null;
  }
}

function builtInsSoFar({ calls }: Answer, rounds: readonly ModelRound[]): number {
  return [...rounds.flatMap((round) => round.calls), ...calls].filter(({ tool }) => tool !== "function").length;
}

/**
 * Refuses a built-in tool that the run does not have. An undeclared function is called anyway, as in the original:
 * the client sees the call, and answers it.
 */
function refuseUnknownTool({ tools }: Task, tool: ToolKind): void {
  if (tools.has(tool)) return;
  throw new ModelFailure("server_error", `The model called '${tool}', which is not a tool of the run.`);
}

/**
 * Answers the built-in calls of a round, one after the other; returns their outputs by position. `messageIndex` is the first number of a citation, `4` in
 * `【4:0†source】`: the position of the answer in everything the model reads. The original counts three messages of its own before the thread's, and
 * two for every round, the call and its answer.
 */
async function* callBuiltIns(
  task: Task,
  signal: AbortSignal,
  calls: readonly ToolCall[],
  messageIndex: number,
): AsyncGenerator<RoundEvent, (string | undefined)[]> {
  const outputs: (string | undefined)[] = [];
  for (const [position, { callId, tool, arguments: written }] of calls.entries()) {
    if (tool === "function") continue;
    const argument = builtInArgument(tool, written);
    if (tool === "code_interpreter") {
      yield { kind: "code", position, callId, input: argument };
      const answer = await task.runCode({ callId, input: argument }, signal);
      outputs[position] = answer.output;
      yield { kind: "code answered", position, callId, input: argument, answer };
    } else {
      const asked = { query: argument, messageIndex: messageIndex + position };
      yield { kind: "search", position, callId, query: argument };
      const answer = await task.runSearch(asked, signal);
      outputs[position] = answer.output;
      yield { kind: "search answered", position, callId, answer };
    }
  }
  return outputs;
}
