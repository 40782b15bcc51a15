import type { TurnRecord } from "../../scenarios/record/record.ts";
import type { Attachment } from "../../targets/target.ts";
import { type ChatCommand, readTyped } from "./input.ts";

/** A message of the user. */
export interface Said {
  text: string;
  /** Files by their path from the project's root. */
  attachments: readonly Attachment[];
}

/** A message and its result. */
export interface ChatTurn {
  said: Said;
  record: TurnRecord;
}

/** The state of a chat between turns. */
export interface ChatState {
  /** The current turns, in order, without removed ones. */
  turns: readonly ChatTurn[];
  /** False when the conversation at the target differs from `turns`: the next message starts a new one with their content. */
  isInStep: boolean;
  /** The last message, whatever its result. */
  last: Said | null;
  /** The files to send with the next message. */
  attached: readonly Attachment[];
  /** Lines of an unfinished message. */
  draft: readonly string[] | null;
  /** The next message replaces the last one. */
  isEditing: boolean;
  /** Ctrl-C was pressed on an empty line. */
  isLeaving: boolean;
  /** The user answers every call, also those with a handler. */
  asksAlways: boolean;
  /** Everything that was sent, removed or not. */
  sent: readonly TurnRecord[];
}

/** An event of a chat. `message` is a text of several lines, whatever it begins with. */
export type ChatEvent =
  | { kind: "line"; text: string }
  | { kind: "message"; text: string }
  | { kind: "interrupt" }
  | { kind: "end" }
  | { kind: "turn"; said: Said; record: TurnRecord | null }
  | { kind: "attached"; attachment: Attachment };

/** An action that follows from an event. `history` is `null` to continue the conversation at the target. */
export type ChatAction =
  | { kind: "say"; said: Said; history: readonly TurnRecord[] | null }
  | { kind: "tell"; text: string }
  | { kind: "show"; what: "help" | "tools" | "cost" }
  | { kind: "attach"; path: string }
  | { kind: "save"; name: string; turns: readonly ChatTurn[] }
  | { kind: "prefill"; text: string }
  | { kind: "leave" };

/** A state and the actions to carry out, in order. */
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

/** The state and actions after an event. Decides only; the caller carries the actions out and reports their results as further events. */
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

/** The end of piped input also ends a message of several lines. */
function afterEnd(state: ChatState): ChatStep {
  const text = (state.draft ?? []).join("\n").trim();
  if (text === "") return { state, actions: [{ kind: "leave" }] };
  return say({ ...state, draft: null }, text);
}

function afterInterrupt(state: ChatState): ChatStep {
  const free = { ...state, draft: null, isEditing: false, isLeaving: true };
  const dropped = state.isEditing
    ? "the last message is unchanged; "
    : state.draft === null
      ? ""
      : "the message is discarded; ";
  return tell(free, `${dropped}press Ctrl-C again to leave`);
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
  if (rest !== "" && rest !== "ask" && rest !== "run") return tell(state, "use /tools, /tools ask or /tools run");
  const asksAlways = rest === "" ? state.asksAlways : rest === "ask";
  return { state: { ...state, asksAlways }, actions: [{ kind: "show", what: "tools" }] };
}

function undo(state: ChatState): ChatStep {
  const gone = state.turns.at(-1);
  if (gone === undefined) return nothingSaid(state);
  const turns = state.turns.slice(0, -1);
  const left =
    turns.length === 0
      ? "the conversation is empty now"
      : `${turns.length} ${turns.length === 1 ? "turn is" : "turns are"} left`;
  const taken = `removed: ${firstLine(gone.said.text)} (${left})`;
  return tell({ ...state, turns, isInStep: false, last: turns.at(-1)?.said ?? null }, taken);
}

function edit(state: ChatState, text: string): ChatStep {
  const { last } = state;
  if (last === null) return nothingSaid(state);
  if (text !== "") return send(withoutLast(state), { ...last, text });
  return { state: { ...state, isEditing: true }, actions: [{ kind: "prefill", text: last.text }] };
}

/** The state without the turn of the last message; a failed message has no turn. */
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

/** An incomplete turn is removed, so that the conversation continues from a point known to both sides. */
function afterTurn(state: ChatState, said: Said, record: TurnRecord | null): ChatStep {
  const sent = record === null ? state.sent : [...state.sent, record];
  if (record?.status === "completed" || record?.status === "incomplete") {
    const turns = [...state.turns, { said, record }];
    return { state: { ...state, sent, turns, isInStep: true }, actions: [] };
  }
  return tell({ ...state, sent, isInStep: false }, "your message was removed; /retry sends it again");
}

function nothingSaid(state: ChatState): ChatStep {
  return tell(state, "no message has been sent yet");
}

function tell(state: ChatState, text: string): ChatStep {
  return { state, actions: [{ kind: "tell", text }] };
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 60 || line !== text ? `${line.slice(0, 60)}…` : line;
}
