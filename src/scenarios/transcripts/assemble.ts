import { asText, isDeeperThan, isObject, parseShallowJson, type JsonObject } from "../../kit/json.ts";
import type { HistoryCall, HistoryEvent } from "../../targets/history.ts";
import type { CallOutcome } from "../record/record.ts";
import type { SeenEnd, SeenOpening, SeenStep, SeenTurn } from "./conversation.ts";
import { unwrapParallel } from "./formats/message.ts";
import { parsePythonLiteral } from "./formats/python-literal.ts";

/** What became of the events of a conversation. */
export type Assembled =
  | {
      kind: "conversation";
      instructions: string | null;
      opening: SeenOpening[];
      turns: SeenTurn[];
      /** What a scenario cannot say, a line each. */
      notes: string[];
    }
  | { kind: "unusable"; why: string };

interface OpenCall {
  callId: string | null;
  call: { name: string; args: JsonObject; outcome: CallOutcome | null };
}

interface OpenTurn {
  user: string;
  steps: SeenStep[];
  end: SeenEnd;
}

/** The longest text that a message of an Assistants API may have. */
const longestMessage = 256_000;

/** Makes turns of what happened: each begins with what the user says, and answers of tools find their calls. */
export function assemble(events: readonly HistoryEvent[]): Assembled {
  const notes = new Map<string, number>();
  const note = (what: string) => void notes.set(what, (notes.get(what) ?? 0) + 1);
  const instructions: string[] = [];
  const opening: SeenOpening[] = [];
  const turns: OpenTurn[] = [];
  let waiting: OpenCall[] = [];
  let why: string | null = null;

  const current = () => turns.at(-1);
  const addStep = (step: SeenStep) => {
    const turn = current();
    if (turn !== undefined) turn.steps.push(step);
    else if (step.kind === "say") opening.push({ role: "assistant", text: step.text });
    else if (step.kind === "calls")
      for (const call of step.calls) opening.push(Object.assign(call, { role: "call" as const }));
    else note(`what was done before the first message (${step.kind})`);
  };

  function addUser(text: string, files: readonly string[]): void {
    for (const file of files) note(`${file}, which was attached`);
    const said = text.trim() === "" ? files.map((file) => `[${file}]`).join(" ") : text;
    if (said === "") return note("an empty message of the user");
    const turn = current();
    waiting = [];
    if (turn !== undefined && turn.steps.length === 0 && turn.end.kind === "completed") turn.user += `\n\n${said}`;
    else turns.push({ user: said, steps: [], end: { kind: "completed" } });
  }

  function addCalls(calls: readonly HistoryCall[]): void {
    const open = calls.flatMap(unwrapParallel).map(({ callId, name, arguments: written, output }): OpenCall => {
      const args = argumentsOf(written);
      if (args === null) why ??= `the arguments of ${name} are not a JSON object`;
      else if (hasRounded(args)) why ??= `the arguments of ${name} have a number that is too large to be kept exactly`;
      const outcome = output === undefined ? null : outcomeOf(output);
      return { callId, call: { name: functionName(name, note), args: args ?? {}, outcome } };
    });
    waiting.push(...open.filter(({ call }) => call.outcome === null));
    if (open.length > 0) addStep({ kind: "calls", calls: open.map(({ call }) => call) });
  }

  function addAnswer(callId: string | null, name: string | null, output: unknown): void {
    const byId = callId === null ? -1 : waiting.findIndex((each) => each.callId === callId);
    const byName = waiting.findIndex(({ call }) => name !== null && call.name === functionName(name, () => {}));
    const isUnnamed = (each: OpenCall) => callId === null || each.callId === null;
    const index = byId >= 0 ? byId : byName >= 0 ? byName : waiting.findIndex(isUnnamed);
    const [found] = index < 0 ? [] : waiting.splice(index, 1);
    if (found === undefined) note("an answer of a tool that nobody called");
    else found.call.outcome = outcomeOf(output);
  }

  function addEnd({ status, code, message }: Extract<HistoryEvent, { kind: "ended" }>): void {
    const turn = current();
    if (status === "failed" && turn !== undefined) turn.end = { kind: "failed", code, message };
    else note(`a run that ended as ${status}`);
  }

  for (const event of events) {
    switch (event.kind) {
      case "instructions":
        if (turns.length === 0 && opening.length === 0) instructions.push(event.text);
        else note("instructions that came later");
        break;
      case "user":
        addUser(event.text, event.files);
        break;
      case "said":
        addStep({ kind: "say", text: event.text });
        break;
      case "refused":
        addStep({ kind: "refuse", text: event.text });
        break;
      case "calls":
        addCalls(event.calls);
        break;
      case "answer":
        addAnswer(event.callId, event.name, event.output);
        break;
      case "code":
        addStep({ kind: "code", input: event.input, logs: event.logs });
        break;
      case "search":
        addStep({ kind: "search", query: event.query ?? current()?.user ?? "" });
        break;
      case "ended":
        addEnd(event);
        break;
      case "left_out":
        note(event.what);
        break;
    }
  }
  if (why !== null) return { kind: "unusable", why };
  return finished({ instructions, opening, turns, note, notes });
}

interface Collected {
  instructions: readonly string[];
  opening: SeenOpening[];
  turns: OpenTurn[];
  note: (what: string) => void;
  notes: ReadonlyMap<string, number>;
}

function finished({ instructions, opening, turns, note, notes }: Collected): Assembled {
  const last = turns.at(-1);
  if (last !== undefined && last.steps.length === 0 && last.end.kind === "completed") {
    turns.pop();
    note("a last message of the user, which nobody answered");
  }
  const isUnanswered = (step: SeenStep | undefined) =>
    step?.kind === "calls" && step.calls.every(({ outcome }) => outcome === null);
  const end = turns.at(-1);
  if (end !== undefined && end.end.kind === "completed" && isUnanswered(end.steps.at(-1)))
    end.end = { kind: "requires_action" };
  const open = turns.flatMap(({ steps, end }) => (end.kind === "requires_action" ? steps.slice(0, -1) : steps));
  const missing = open
    .flatMap((step) => (step.kind === "calls" ? step.calls : []))
    .filter(({ outcome }) => outcome === null);
  for (const { name } of missing) note(`the answer to a call of ${name}, which is null in the scenario`);
  if (turns.length === 0) return { kind: "unusable", why: "the assistant answers no message of the user in it" };
  if (turns.some(({ user }) => user.length > longestMessage))
    return {
      kind: "unusable",
      why: `a message of the user is longer than ${longestMessage.toLocaleString("en")} characters`,
    };
  const told = instructions.filter((text) => text.trim() !== "").join("\n\n");
  return {
    kind: "conversation",
    instructions: told === "" ? null : told,
    opening,
    turns,
    notes: [...notes].map(([what, count]) => (count === 1 ? what : `${what} (${count} times)`)),
  };
}

/** The arguments of a call as they were written, in JSON or as Python prints them; `null` for what is no object. */
function argumentsOf(written: unknown): JsonObject | null {
  if (isObject(written)) return isDeeperThan(written, 100) ? null : written;
  if (written === null || written === undefined) return {};
  if (typeof written !== "string") return null;
  if (written.trim() === "") return {};
  const value = parseShallowJson(written, 100) ?? parsePythonLiteral(written);
  return typeof value === "string" || isObject(value) ? argumentsOf(value) : null;
}

/** What a tool answered: a text that is JSON is its value, where the same text comes of it again. */
function outcomeOf(output: unknown): CallOutcome {
  if (typeof output !== "string")
    return { kind: "result", value: isDeeperThan(output, 100) || hasRounded(output) ? JSON.stringify(output) : output };
  const value = parseShallowJson(output, 100);
  const isScalar = typeof value === "number" || typeof value === "boolean";
  const isSame = isScalar ? String(value) === output.trim() : typeof value === "object" && value !== null;
  return { kind: "result", value: isSame && !hasRounded(value) ? value : output };
}

/** True for a value with a number of so many digits that reading it has changed it. */
function hasRounded(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasRounded);
}

/** A name as APIs allow it for a function: letters, digits, `_` and `-`, 64 at the most. */
function functionName(name: string, note: (what: string) => void): string {
  const bare = name.replace(/^functions\./, "");
  const allowed =
    bare
      .trim()
      .replaceAll(/[^A-Za-z0-9_-]+/g, "_")
      .slice(0, 64) || "function";
  if (allowed !== bare) note(`the name ${asText(bare).slice(0, 80)}, which is ${allowed} in the scenario`);
  return allowed;
}
