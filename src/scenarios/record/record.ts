import type { Problem } from "../../problem.ts";
import type { Path } from "../../project/project.ts";
import type { Opinions } from "../asking/ask.ts";
import type { Citation, EndStatus, MessagePhase, OpeningMessage, TurnEvent, Usage } from "../../targets/target.ts";
import type { ImageType } from "../../kit/image-type.ts";
import { parseShallowJson } from "../../kit/json.ts";
import type { Operation, World } from "../world/operations.ts";

/** Everything that happened while a scenario was run: plain JSON, enough to judge it again without running it. */
export interface RunRecord {
  /** The conversation's id at the target. */
  conversation: string;
  opening: OpeningMessage[];
  /** What the tools of the scenario share, as it was before the first turn; not there when the scenario declares none. */
  world?: World;
  /** What was run before the conversation and after it; absent when the scenario has nothing of that. */
  setup?: StageRecord;
  teardown?: StageRecord;
  turns: TurnRecord[];
  /** Turns in which nothing was said, in order; absent when there are none. */
  leftOut?: LeftOutTurn[];
  /** Simulated users that came to their end, in order; absent when there are none. */
  simulated?: SimulatedEnd[];
  /** A simulated user did not do what it was told, so that the run says nothing about the assistant. */
  broken?: BrokenUser;
  /** What was answered to the questions that judging it, and its simulated users, took. */
  opinions: Opinions;
  /** Why it could not be carried out to its end; empty when it could. */
  problems: Problem[];
  /** Somebody stopped it. */
  interrupted: boolean;
}

/** What steps before or after a conversation did. */
export interface StageRecord {
  /** All that was saved once they were over. */
  saved: Record<string, unknown>;
  /** `took` is in milliseconds; `error` says why a step failed. */
  steps: { run: string; took: number; error: string | null }[];
}

/** A turn in which nothing was said: its own condition was false, or those of all that the user could have said. */
export interface LeftOutTurn {
  number: number;
  id: string | null;
  why: "when" | "no_choice";
}

/**
 * How a simulated user came to its end. `reached`, `given_up`: it says so itself. `stopped`: a condition of the scenario held. `max_turns`: it may say
 * no more.
 */
export interface SimulatedEnd {
  turn: number;
  how: "reached" | "given_up" | "stopped" | "max_turns";
}

/** What a simulated user did wrong, and where; its parts count from 1. */
export interface BrokenUser {
  turn: number;
  part: number;
  why: string;
}

/** `requires_action`: the scenario leaves the calls without an answer. `stopped`: Playbill ended the turn; `error` says why. */
export type TurnStatus = EndStatus | "requires_action" | "stopped";

/** What happened in one turn: what the user said, and all that followed from it. */
export interface TurnRecord {
  /** From 1. */
  number: number;
  /** Which message of a simulated user, from 1; absent where the user's words are written. */
  part?: number;
  id: string | null;
  user: string;
  /** Which of several things was said, from 1; absent when there was only one. */
  choice?: number;
  /** Files that went with it, by path from the project's root, and what for; absent when there were none. */
  attachments?: { file: string; for: string[] }[];
  /** What the target streamed; `at` is in milliseconds of the turn. */
  events: { at: number; event: TurnEvent }[];
  calls: CallRecord[];
  code: CodeRecord[];
  messages: MessageRecord[];
  /** False when it says nothing about the assistant: the other side broke, a stub was missing, somebody stopped it. */
  valid: boolean;
  status: TurnStatus;
  error: { code: string; message: string } | null;
  /** Why a run is incomplete, in the API's word. */
  reason: string | null;
  usage: Usage | null;
  /** The model that answered, as the target calls it; `null` when it does not say. */
  model: string | null;
  /** US dollars; `null` is unknown: there is no price, or no count of tokens. */
  cost: number | null;
  /**
   * Milliseconds as the user lived them, delays of stubs included; `first_token` is `null` when nothing was said. `waited` is apart:
   * rate limits, and pauses before a request was tried again. `delayed` is the part of `total` in which stubs delayed their answers: no
   * limit counts it.
   */
  time: { total: number; first_token: number | null; waited: number; delayed?: number };
  saved: Record<string, unknown>;
  /** The names of the files that were cited or made, by id, as far as the target says; not there when there are none. */
  fileNames?: Readonly<Record<string, string>>;
  /** What was kept of the files that were made, by id; not there when nothing was. */
  fileContents?: Readonly<Record<string, KeptFile>>;
  /** What was found where a message cites a file, by the text of the citation; not there when the target does not say. */
  passages?: Readonly<Record<string, string>>;
  /** What the tools of the scenario share, as it was after the turn; not there when the scenario declares none. */
  world?: World;
}

/** The content of a file that was kept beside the results of a run: its bytes are in the run's folder under their hash. */
export interface KeptFile {
  sha256: string;
  bytes: number;
  /** The kind of image that it begins as; `null` for everything else. */
  image: ImageType | null;
}

/** A call of a function, as the model asked for it and as it was answered. */
export interface CallRecord {
  callId: string;
  name: string;
  /** JSON, as the model wrote it. */
  arguments: string;
  /** The arguments parsed; `null` when they are not JSON. */
  args: unknown;
  /** From 1 in every turn. Calls of one round were asked for together and have no order between them. */
  round: number;
  /** `null`: it was never answered. */
  outcome: CallOutcome | null;
  findings: CallFinding[];
  /** The rule of the scenario that answered it, as the way to it in the scenario's file; not there when none did, or nobody knows. */
  rule?: Path;
  /** What the answer changed in the world; not there when it changed nothing. */
  changes?: readonly Operation[];
  /** Milliseconds from the turn's begin to the answer's begin, and how long the answer took. */
  at: number;
  took: number;
}

/** What a call was answered with. */
export type CallOutcome = { kind: "result"; value: unknown } | { kind: "error"; message: string };

/** Something about a call that a real tool would have stumbled over; it does not stop the run. */
export interface CallFinding {
  code:
    | "unknown_function"
    | "bad_arguments_json"
    | "arguments_violate_schema"
    | "unusable_arguments"
    | "result_violates_schema"
    | "handler_failed"
    | "unanswered_call";
  message: string;
  /** Of `handler_failed`: the last lines of the stack or of what the program printed, and the line of the project's code that failed. */
  trace?: readonly string[];
  place?: { file: string; line: number } | null;
}

/** Code that the assistant ran, and what it printed and drew (file ids). */
export interface CodeRecord {
  input: string;
  logs: string;
  images: string[];
}

/** A message of the assistant, whole. */
export interface MessageRecord {
  text: string;
  citations: Citation[];
  files: string[];
  /** What the model says that it is; absent where nobody tells. */
  phase?: MessagePhase;
}

/**
 * Everything the assistant said in a turn, its messages one after the other with a blank line between; without those of which the model says that
 * they only go with what it does.
 */
export function replyOf(turn: Pick<TurnRecord, "messages">): string {
  return turn.messages.flatMap(({ text, phase }) => (phase === "commentary" ? [] : [text])).join("\n\n");
}

/**
 * What the assistant said beside its answer in a turn, its messages one after the other: as the model says it of them; where it says it of none, what
 * it said before it used a tool for the last time.
 */
export function commentaryOf({ events }: Pick<TurnRecord, "events">): string {
  const lastUse = events.findLastIndex(({ event: { kind } }) => uses.has(kind));
  const said = events.flatMap(({ event }, index) => (event.kind === "message" ? [{ ...event, index }] : []));
  const isTold = said.some(({ phase }) => phase !== undefined);
  return said
    .filter(({ phase, index }) => (isTold ? phase === "commentary" : index < lastUse))
    .map(({ text }) => text)
    .join("\n\n");
}

/** A message as the record holds it. */
export function messageOf({ text, citations, files, phase }: Extract<TurnEvent, { kind: "message" }>): MessageRecord {
  return { text, citations, files, ...(phase !== undefined && { phase }) };
}

/** The files that a turn's code made and that its messages show: the id, and the name where it is known. Each once. */
export function filesOf({ code, messages, fileNames }: TurnRecord): { id: string; name: string | null }[] {
  const ids = [...code.flatMap(({ images }) => images), ...messages.flatMap(({ files }) => files)];
  return [...new Set(ids)].map((id) => ({ id, name: fileNames?.[id] ?? null }));
}

/** The files that a turn's messages cite, each as often as it is cited. */
export function citedIn({ messages, fileNames }: TurnRecord): { id: string; name: string | null }[] {
  return messages.flatMap(({ citations }) =>
    citations.map(({ fileId }) => ({ id: fileId, name: fileNames?.[fileId] ?? null })),
  );
}

/** Events in which a tool is used. */
const uses: ReadonlySet<TurnEvent["kind"]> = new Set(["requires_action", "code", "search"]);

/** What a tool answered, as a value: its result, or `{ error }`. `undefined` when it was not answered. */
export function answerValue(outcome: CallOutcome | null): unknown {
  if (outcome === null) return undefined;
  return outcome.kind === "result" ? outcome.value : { error: outcome.message };
}

/** What a tool answered, as the text that is submitted: text as it is, everything else as JSON. */
export function answerText(outcome: CallOutcome): string {
  const value = answerValue(outcome);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The arguments of a call, `undefined` when they are not JSON. A function without parameters may be called with an empty text. */
export function parseArguments(written: string): unknown {
  return written.trim() === "" ? {} : parseShallowJson(written);
}
