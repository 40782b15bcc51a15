import type { HistoryEvent } from "../../targets/history.ts";
import type { SeenEnd, SeenOpening, SeenStep, SeenTurn } from "./conversation.ts";
import { createToolCalls, type ToolCalls } from "./tool-calls.ts";

/** The result of assembling the events of a conversation. */
export type Assembled =
  | {
      kind: "conversation";
      instructions: string | null;
      opening: SeenOpening[];
      turns: SeenTurn[];
      /** Things that a scenario cannot represent, one line each. */
      notes: string[];
    }
  | { kind: "unusable"; why: string };

interface OpenTurn {
  user: string;
  steps: SeenStep[];
  end: SeenEnd;
}

/** The part of a conversation whose events have been read. */
interface Assembly {
  instructions: string[];
  opening: SeenOpening[];
  turns: OpenTurn[];
  calls: ToolCalls;
  notes: Notes;
}

/** Things that a scenario cannot represent, with the number of occurrences. */
type Notes = Map<string, number>;

/** The maximum length of a message text in an Assistants API. */
const longestMessage = 256_000;

/** Builds turns from events: each turn begins with a user message, and tool answers are matched to their calls. */
export function assemble(events: readonly HistoryEvent[]): Assembled {
  const notes: Notes = new Map();
  const calls = createToolCalls((what) => add(notes, what));
  const assembly: Assembly = { instructions: [], opening: [], turns: [], calls, notes };
  for (const event of events) addEvent(assembly, event);
  const fault = calls.fault();
  return fault === null ? finished(assembly) : { kind: "unusable", why: fault };
}

function add(notes: Notes, what: string): void {
  notes.set(what, (notes.get(what) ?? 0) + 1);
}

function addEvent(assembly: Assembly, event: HistoryEvent): void {
  const { turns, opening, instructions, calls, notes } = assembly;
  switch (event.kind) {
    case "instructions":
      if (turns.length === 0 && opening.length === 0) instructions.push(event.text);
      else add(notes, "instructions that came later");
      return;
    case "user":
      return addUser(assembly, event.text, event.files);
    case "said":
      return addStep(assembly, { kind: "say", text: event.text });
    case "refused":
      return addStep(assembly, { kind: "refuse", text: event.text });
    case "calls": {
      const opened = calls.open(event.calls);
      return opened.length === 0 ? undefined : addStep(assembly, { kind: "calls", calls: opened });
    }
    case "answer":
      return calls.answer(event);
    case "code":
      return addStep(assembly, { kind: "code", input: event.input, logs: event.logs });
    case "search":
      return addStep(assembly, { kind: "search", query: event.query ?? turns.at(-1)?.user ?? "" });
    case "ended":
      return addEnd(assembly, event);
    case "left_out":
      return add(notes, event.what);
  }
}

function addUser({ turns, calls, notes }: Assembly, text: string, files: readonly string[]): void {
  for (const file of files) add(notes, `the attachment ${file}`);
  const said = text.trim() === "" ? files.map((file) => `[${file}]`).join(" ") : text;
  if (said === "") return add(notes, "an empty user message");
  const turn = turns.at(-1);
  calls.close();
  if (turn !== undefined && turn.steps.length === 0 && turn.end.kind === "completed") turn.user += `\n\n${said}`;
  else turns.push({ user: said, steps: [], end: { kind: "completed" } });
}

/** Adds a step. Steps before the first user message become the opening, as far as a scenario allows. */
function addStep({ turns, opening, notes }: Assembly, step: SeenStep): void {
  const turn = turns.at(-1);
  if (turn !== undefined) turn.steps.push(step);
  else if (step.kind === "say") opening.push({ role: "assistant", text: step.text });
  else if (step.kind === "calls")
    // The same object: its answer may come later.
    for (const call of step.calls) opening.push(Object.assign(call, { role: "call" as const }));
  else add(notes, `what was done before the first message (${step.kind})`);
}

function addEnd({ turns, notes }: Assembly, ended: Extract<HistoryEvent, { kind: "ended" }>): void {
  const { status, code, message } = ended;
  const turn = turns.at(-1);
  if (status === "failed" && turn !== undefined) turn.end = { kind: "failed", code, message };
  else add(notes, `a run that ended with status ${status}`);
}

function finished({ instructions, opening, turns: begun, notes }: Assembly): Assembled {
  const turns = ended(answered(begun, notes));
  for (const name of unansweredIn(turns)) add(notes, `the answer to a call to ${name}, which is null in the scenario`);
  if (turns.length === 0) return { kind: "unusable", why: "it contains no user message that the assistant answered" };
  if (turns.some(({ user }) => user.length > longestMessage)) {
    const most = longestMessage.toLocaleString("en");
    return { kind: "unusable", why: `a user message is longer than ${most} characters` };
  }
  const instructionText = instructions.filter((text) => text.trim() !== "").join("\n\n");
  return {
    kind: "conversation",
    instructions: instructionText === "" ? null : instructionText,
    opening,
    turns,
    notes: [...notes].map(([what, count]) => (count === 1 ? what : `${what} (${count} times)`)),
  };
}

/** The turns, without a final one that was not answered. */
function answered(turns: readonly OpenTurn[], notes: Notes): readonly OpenTurn[] {
  const last = turns.at(-1);
  if (last === undefined || last.steps.length > 0 || last.end.kind !== "completed") return turns;
  add(notes, "a final user message without an answer");
  return turns.slice(0, -1);
}

/** The turns; the last one ends with `requires_action` when none of its calls was answered. */
function ended(turns: readonly OpenTurn[]): SeenTurn[] {
  return turns.map((turn, index) => {
    const step = turn.steps.at(-1);
    const isWaiting = step?.kind === "calls" && step.calls.every(({ outcome }) => outcome === null);
    const isLast = index === turns.length - 1;
    return isLast && turn.end.kind === "completed" && isWaiting ? { ...turn, end: { kind: "requires_action" } } : turn;
  });
}

/** The names of functions whose answers are missing, one per call, not counting calls with which a turn ends. */
function unansweredIn(turns: readonly SeenTurn[]): string[] {
  const steps = turns.flatMap(({ steps, end }) => (end.kind === "requires_action" ? steps.slice(0, -1) : steps));
  const calls = steps.flatMap((step) => (step.kind === "calls" ? step.calls : []));
  return calls.flatMap(({ name, outcome }) => (outcome === null ? [name] : []));
}
