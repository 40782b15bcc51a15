import { isDeeperThan, isObject, type JsonObject, parseShallowJson } from "../../kit/json.ts";
import type { HistoryCall, HistoryEvent } from "../../targets/history.ts";
import type { CallOutcome } from "../record/record.ts";
import type { SeenCall } from "./conversation.ts";
import { unwrapParallel } from "./formats/message.ts";
import { parsePythonLiteral } from "./formats/python-literal.ts";

/** The calls of tools in a conversation, to which answers are matched as they come. */
export interface ToolCalls {
  /** The calls of one step, with the answers that came along; others are added to them later. */
  open(this: void, calls: readonly HistoryCall[]): SeenCall[];
  /** Adds an answer to its call: the one with its id, else with its name, else the first that waits. */
  answer(this: void, answer: Extract<HistoryEvent, { kind: "answer" }>): void;
  /** Ends the waiting for answers: the user has gone on. */
  close(this: void): void;
  /** Why a scenario cannot have one of the calls; `null` when it can have all. */
  fault(this: void): string | null;
}

interface WaitingCall {
  callId: string | null;
  call: SeenCall;
}

/** JSON that is nested deeper is not read. */
const deepest = 100;

/** No calls yet; `note` is told of what a scenario has otherwise. */
export function createToolCalls(note: (what: string) => void): ToolCalls {
  let waiting: WaitingCall[] = [];
  let fault: string | null = null;
  return {
    open(calls) {
      const opened = calls.flatMap(unwrapParallel).map(({ callId, name, arguments: written, output }): WaitingCall => {
        const args = argumentsOf(written);
        if (args === null) fault ??= `the arguments of ${name} are not a JSON object`;
        else if (hasRounded(args))
          fault ??= `the arguments of ${name} have a number that is too large to be kept exactly`;
        const outcome = output === undefined ? null : outcomeOf(output);
        const allowed = functionName(name);
        if (allowed !== bareName(name))
          note(`the name ${bareName(name).slice(0, 80)}, which is ${allowed} in the scenario`);
        return { callId, call: { name: allowed, args: args ?? {}, outcome } };
      });
      waiting = waiting.concat(opened.filter(({ call }) => call.outcome === null));
      return opened.map(({ call }) => call);
    },
    answer({ callId, name, output }) {
      const byId = callId === null ? -1 : waiting.findIndex((each) => each.callId === callId);
      const byName = name === null ? -1 : waiting.findIndex(({ call }) => call.name === functionName(name));
      const isUnnamed = (each: WaitingCall) => callId === null || each.callId === null;
      const index = byId >= 0 ? byId : byName >= 0 ? byName : waiting.findIndex(isUnnamed);
      const [found] = index < 0 ? [] : waiting.splice(index, 1);
      if (found === undefined) note("an answer of a tool that nobody called");
      else found.call.outcome = outcomeOf(output);
    },
    close: () => void (waiting = []),
    fault: () => fault,
  };
}

/** The arguments of a call as they were written, in JSON or as Python prints them; `null` for anything but an object. */
function argumentsOf(written: unknown): JsonObject | null {
  if (isObject(written)) return isDeeperThan(written, deepest) ? null : written;
  if (written === null || written === undefined) return {};
  if (typeof written !== "string") return null;
  if (written.trim() === "") return {};
  const value = parseShallowJson(written, deepest) ?? parsePythonLiteral(written);
  return typeof value === "string" || isObject(value) ? argumentsOf(value) : null;
}

/** The answer of a tool: a text that is JSON is its value, where the same text comes of it again. */
function outcomeOf(output: unknown): CallOutcome {
  if (typeof output !== "string") {
    const isKept = !isDeeperThan(output, deepest) && !hasRounded(output);
    return { kind: "result", value: isKept ? output : JSON.stringify(output) };
  }
  const value = parseShallowJson(output, deepest);
  const isScalar = typeof value === "number" || typeof value === "boolean";
  const isSame = isScalar ? String(value) === output.trim() : typeof value === "object" && value !== null;
  return { kind: "result", value: isSame && !hasRounded(value) ? value : output };
}

/** True for a value with a number of so many digits that reading it has changed it. */
function hasRounded(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasRounded);
}

function bareName(name: string): string {
  return name.replace(/^functions\./, "");
}

/** A name as APIs allow it for a function: letters, digits, `_` and `-`, 64 at the most. */
function functionName(name: string): string {
  const allowed = bareName(name)
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, "_")
    .slice(0, 64);
  return allowed || "function";
}
