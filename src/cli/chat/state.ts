import type { TurnRecord } from "../../scenarios/record/record.ts";
import type { Attachment } from "../../targets/target.ts";
import { type ChatCommand, readTyped } from "./input.ts";

/** Something that the user says. */
export interface Said {
  text: string;
  /** Files by their path from the project's root. */
  attachments: readonly Attachment[];
}

/** Something that was said, and what came of it. */
export interface ChatTurn {
  said: Said;
  record: TurnRecord;
}

/** Where a chat stands while nothing goes on. */
export interface ChatState {
  /** The turns that count, in order. */
  turns: readonly ChatTurn[];
  /** False when the conversation at the target is not the one of `turns`: the next message begins a new one with what they hold. */
  isInStep: boolean;
  /** What was said last, whatever came of it. */
  last: Said | null;
  /** What goes with the next message. */
  attached: readonly Attachment[];
  /** Lines of a message that is not over. */
  draft: readonly string[] | null;
  /** The next message takes the place of the last one. */
  isEditing: boolean;
  /** Ctrl-C was pressed at an empty line. */
  isLeaving: boolean;
  /** Every call is answered by hand, those too that have a handler. */
  asksAlways: boolean;
  /** Everything that was sent, taken back or not. */
  sent: readonly TurnRecord[];
}

/** Something that happens to a chat. `message` is a text of several lines, whatever it begins with. */
export type ChatEvent =
  | { kind: "line"; text: string }
  | { kind: "message"; text: string }
  | { kind: "interrupt" }
  | { kind: "end" }
  | { kind: "turn"; said: Said; record: TurnRecord | null }
  | { kind: "attached"; attachment: Attachment };

/** Something to do because of it. `history` is `null` where the conversation at the target goes on. */
export type ChatAction =
  | { kind: "say"; said: Said; history: readonly TurnRecord[] | null }
  | { kind: "tell"; text: string }
  | { kind: "show"; what: "help" | "tools" | "cost" }
  | { kind: "attach"; path: string }
  | { kind: "save"; name: string; turns: readonly ChatTurn[] }
  | { kind: "prefill"; text: string }
  | { kind: "leave" };

/** A state, and what is to be done in it, in order. */
export interface ChatStep {
  state: ChatState;
  actions: readonly ChatAction[];
}

export const newChat: ChatState = {
  turns: [],
  isInStep: false,
  last: null,
  attached: [],
  draft: null,
  isEditing: false,
  isLeaving: false,
  asksAlways: false,
  sent: [],
};

/** What follows from an event. Decides only; whoever carries the actions out tells what came of them by further events. */
export function afterEvent(before: ChatState, event: ChatEvent): ChatStep {
  const state = { ...before, isLeaving: false };
  switch (event.kind) {
    case "line":
      return afterLine(state, event.text);
    case "message":
      return say({ ...state, draft: null }, event.text);
    case "interrupt":
      return before.isLeaving ? { state, actions: [{ kind: "leave" }] } : afterInterrupt(state);
    case "end":
      return afterEnd(state);
    case "turn":
      return afterTurn(state, event.said, event.record);
    case "attached":
      return { state: { ...state, attached: [...state.attached, event.attachment] }, actions: [] };
  }
}

/** The end of what is piped ends a message of several lines, too. */
function afterEnd(state: ChatState): ChatStep {
  const text = (state.draft ?? []).join("\n").trim();
  if (text === "") return { state, actions: [{ kind: "leave" }] };
  return say({ ...state, draft: null }, text);
}

function afterInterrupt(state: ChatState): ChatStep {
  const free = { ...state, draft: null, isEditing: false, isLeaving: true };
  const dropped = state.isEditing
    ? "the last message stays as it is; "
    : state.draft === null
      ? ""
      : "the message is dropped; ";
  return tell(free, `${dropped}Ctrl-C again leaves`);
}

function afterLine(state: ChatState, line: string): ChatStep {
  const typed = readTyped(line, state.draft);
  if (typed.kind === "more") return { state: { ...state, draft: typed.draft }, actions: [] };
  if (typed.kind === "say") return say({ ...state, draft: null }, typed.text);
  const free = { ...state, draft: null, isEditing: false };
  switch (typed.kind) {
    case "wrong":
      return tell(free, typed.message);
    case "nothing":
      return { state: free, actions: [] };
    case "command":
      return afterCommand(free, typed.name, typed.rest);
  }
}

function afterCommand(state: ChatState, name: ChatCommand, rest: string): ChatStep {
  switch (name) {
    case "help":
    case "cost":
      return { state, actions: [{ kind: "show", what: name }] };
    case "tools":
      return tools(state, rest);
    case "attach":
      return { state, actions: [{ kind: "attach", path: rest }] };
    case "undo":
      return undo(state);
    case "retry":
      return state.last === null ? nothingSaid(state) : send(withoutLast(state), state.last);
    case "edit":
      return edit(state, rest);
    case "save":
      if (state.turns.length === 0) return tell(state, "there is no turn to save yet");
      return { state, actions: [{ kind: "save", name: rest, turns: state.turns }] };
    case "quit":
      return { state, actions: [{ kind: "leave" }] };
  }
}

function tools(state: ChatState, rest: string): ChatStep {
  if (rest !== "" && rest !== "ask" && rest !== "run") return tell(state, "it is /tools, /tools ask or /tools run");
  const asksAlways = rest === "" ? state.asksAlways : rest === "ask";
  return { state: { ...state, asksAlways }, actions: [{ kind: "show", what: "tools" }] };
}

function undo(state: ChatState): ChatStep {
  const gone = state.turns.at(-1);
  if (gone === undefined) return nothingSaid(state);
  const turns = state.turns.slice(0, -1);
  const left = turns.length === 0 ? "nothing has been said now" : `${turns.length} before it stay`;
  const taken = `taken back: ${firstLine(gone.said.text)} (${left})`;
  return tell({ ...state, turns, isInStep: false, last: turns.at(-1)?.said ?? null }, taken);
}

function edit(state: ChatState, text: string): ChatStep {
  const { last } = state;
  if (last === null) return nothingSaid(state);
  if (text !== "") return send(withoutLast(state), { ...last, text });
  return { state: { ...state, isEditing: true }, actions: [{ kind: "prefill", text: last.text }] };
}

/** Without the turn that came of what was said last; one that failed is none. */
function withoutLast(state: ChatState): ChatState {
  const isTurn = state.turns.at(-1)?.said === state.last;
  return isTurn ? { ...state, turns: state.turns.slice(0, -1), isInStep: false } : state;
}

function say(state: ChatState, text: string): ChatStep {
  const { attached, last } = state;
  const free = { ...state, attached: [], isEditing: false };
  if (!state.isEditing) return send(free, { text, attachments: attached });
  return send(withoutLast(free), { text, attachments: [...(last?.attachments ?? []), ...attached] });
}

function send(state: ChatState, said: Said): ChatStep {
  const history = state.isInStep ? null : state.turns.map(({ record }) => record);
  return { state: { ...state, last: said }, actions: [{ kind: "say", said, history }] };
}

/** What did not come to its end is taken back, so that the conversation goes on from a point that both sides know. */
function afterTurn(state: ChatState, said: Said, record: TurnRecord | null): ChatStep {
  const sent = record === null ? state.sent : [...state.sent, record];
  if (record?.status === "completed" || record?.status === "incomplete") {
    const turns = [...state.turns, { said, record }];
    return { state: { ...state, sent, turns, isInStep: true }, actions: [] };
  }
  return tell({ ...state, sent, isInStep: false }, "your message is taken back; /retry says it again");
}

function nothingSaid(state: ChatState): ChatStep {
  return tell(state, "nothing has been said yet");
}

function tell(state: ChatState, text: string): ChatStep {
  return { state, actions: [{ kind: "tell", text }] };
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 60 || line !== text ? `${line.slice(0, 60)}…` : line;
}
