import { isDeeperThan, isObject, type JsonObject, parseShallowJson } from "../../kit/json.ts";
import type { HistoryCall, HistoryEvent } from "../../targets/history.ts";
import type { CallOutcome } from "../record/record.ts";
import type { SeenCall } from "./conversation.ts";
import { unwrapParallel } from "./formats/message.ts";
import { parsePythonLiteral } from "./formats/python-literal.ts";

/** The tool calls in a conversation, to which answers are matched as they arrive. */
export interface ToolCalls {
  /** Adds the calls of one step, with the answers included in them; other answers are added later. */
  open(this: void, calls: readonly HistoryCall[]): SeenCall[];
  /** Adds an answer to its call: by id, else by name, else the first unanswered call. */
  answer(this: void, answer: Extract<HistoryEvent, { kind: "answer" }>): void;
  /** Stops waiting for answers, because the user has continued. */
  close(this: void): void;
  /** Why a scenario cannot represent one of the calls; `null` when it can represent all. */
  fault(this: void): string | null;
}

interface WaitingCall {
  callId: string | null;
  call: SeenCall;
}

/** The maximum nesting depth of JSON that is read. */
const deepest = 100;

/** Creates an empty list of calls; `note` receives what a scenario represents differently. */
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
      if (found === undefined) note("a tool answer without a call");
      else found.call.outcome = outcomeOf(output);
    },
    close: () => void (waiting = []),
    fault: () => fault,
  };
}

/** The arguments of a call, written in JSON or Python syntax; `null` for anything but an object. */
function argumentsOf(written: unknown): JsonObject | null {
  if (isObject(written)) return isDeeperThan(written, deepest) ? null : written;
  if (written === null || written === undefined) return {};
  if (typeof written !== "string") return null;
  if (written.trim() === "") return {};
  const value = parseShallowJson(written, deepest) ?? parsePythonLiteral(written);
  return typeof value === "string" || isObject(value) ? argumentsOf(value) : null;
}

/** The answer of a tool. A text that is JSON is parsed, if the value serializes to the same text again. */
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

/** True for a value with a number whose digits exceed the precision of numbers. */
function hasRounded(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasRounded);
}

function bareName(name: string): string {
  return name.replace(/^functions\./, "");
}

/** A valid function name for APIs: letters, digits, `_` and `-`, at most 64 characters. */
function functionName(name: string): string {
  const allowed = bareName(name)
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, "_")
    .slice(0, 64);
  return allowed || "function";
}
