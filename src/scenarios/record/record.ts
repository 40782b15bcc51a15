import type { Problem } from "../../problem.ts";
import type { Path } from "../../project/project.ts";
import type { Opinions } from "../asking/ask.ts";
import type { Citation, EndStatus, MessagePhase, OpeningMessage, TurnEvent, Usage } from "../../targets/target.ts";
import type { ImageType } from "../../kit/image-type.ts";
import { parseShallowJson } from "../../kit/json.ts";
import type { Operation, World } from "../world/operations.ts";

/** Everything that happened in a run of a scenario: plain JSON, sufficient to judge it again without running it. */
export interface RunRecord {
  /** The conversation's id at the target. */
  conversation: string;
  opening: OpeningMessage[];
  /** The world before the first turn; absent when the scenario declares none. */
  world?: World;
  /** The steps that ran before the conversation and after it; absent when the scenario has none. */
  setup?: StageRecord;
  teardown?: StageRecord;
  turns: TurnRecord[];
  /** The turns that were left out, in order; absent when there are none. */
  leftOut?: LeftOutTurn[];
  /** The simulated users that finished, in order; absent when there are none. */
  simulated?: SimulatedEnd[];
  /** Set when a simulated user did not follow its instructions, so that the run tells nothing about the assistant. */
  broken?: BrokenUser;
  /** The answers to the questions of judging and of simulated users. */
  opinions: Opinions;
  /** The reasons why it could not be carried out to the end; empty when it could. */
  problems: Problem[];
  /** True when it was interrupted. */
  interrupted: boolean;
}

/** The record of the steps before or after a conversation. */
export interface StageRecord {
  /** All values saved by the end of the steps. */
  saved: Record<string, unknown>;
  /** `took` is in milliseconds; `error` is the reason why a step failed. */
  steps: { run: string; took: number; error: string | null }[];
}

/** A turn that was left out: its own condition was false, or those of all choices of the user's message. */
export interface LeftOutTurn {
  number: number;
  id: string | null;
  why: "when" | "no_choice";
}

/**
 * How a simulated user finished. `reached` and `given_up`: its own decision. `stopped`: a condition of the scenario held. `max_turns`: it reached the
 * maximum number of messages.
 */
export interface SimulatedEnd {
  turn: number;
  how: "reached" | "given_up" | "stopped" | "max_turns";
}

/** How a simulated user broke its instructions, and where; parts count from 1. */
export interface BrokenUser {
  turn: number;
  part: number;
  why: string;
}

/** `requires_action`: the scenario leaves the calls unanswered. `stopped`: Playbill ended the turn; `error` has the reason. */
export type TurnStatus = EndStatus | "requires_action" | "stopped";

/** The record of one turn: what the user said, and everything that followed. */
export interface TurnRecord {
  /** From 1. */
  number: number;
  /** The number of a simulated user's message, from 1; absent when the user's message is written. */
  part?: number;
  id: string | null;
  user: string;
  /** The number of the choice that was used, from 1; absent when there was only one. */
  choice?: number;
  /** The attached files, by path from the project's root, and the tools that may read them; absent when there were none. */
  attachments?: { file: string; for: string[] }[];
  /** The events that the target streamed; `at` is in milliseconds since the turn began. */
  events: { at: number; event: TurnEvent }[];
  calls: CallRecord[];
  code: CodeRecord[];
  messages: MessageRecord[];
  /** False when the turn tells nothing about the assistant: the target failed, a stub was missing, or it was interrupted. */
  valid: boolean;
  status: TurnStatus;
  error: { code: string; message: string } | null;
  /** The API's reason why a run is incomplete. */
  reason: string | null;
  usage: Usage | null;
  /** The model that answered, by the target's name for it; `null` when not reported. */
  model: string | null;
  /** US dollars; `null` when unknown, because there is no price or no token count. */
  cost: number | null;
  /**
   * Milliseconds as the user experienced them, including delays of stubs; `first_token` is `null` when nothing was said. `waited` is separate:
   * rate limits, and pauses before retries. `delayed` is the part of `total` in which stubs delayed their answers, which does not count towards
   * limits.
   */
  time: { total: number; first_token: number | null; waited: number; delayed?: number };
  saved: Record<string, unknown>;
  /** The names of the files that were cited or created, by id, as far as the target reports them; absent when there are none. */
  fileNames?: Readonly<Record<string, string>>;
  /** The stored contents of created files, by id; absent when nothing was kept. */
  fileContents?: Readonly<Record<string, KeptFile>>;
  /** The cited passages, by the text of the citation; absent when the target does not report them. */
  passages?: Readonly<Record<string, string>>;
  /** The world after the turn; absent when the scenario declares none. */
  world?: World;
}

/** A file that was kept beside the results of a run: its bytes are in the run's folder, named by their hash. */
export interface KeptFile {
  sha256: string;
  bytes: number;
  /** The type of image, detected from its first bytes; `null` for other files. */
  image: ImageType | null;
}

/** A function call by the model, and its answer. */
export interface CallRecord {
  callId: string;
  name: string;
  /** The arguments as JSON, exactly as the model wrote them. */
  arguments: string;
  /** The arguments parsed; `null` when they are not JSON. */
  args: unknown;
  /** From 1 in every turn. Calls of one round were made together and have no order among themselves. */
  round: number;
  /** `null` when it was never answered. */
  outcome: CallOutcome | null;
  findings: CallFinding[];
  /** The path of the rule that answered it in the scenario's file; absent when no rule did, or it is unknown. */
  rule?: Path;
  /** The changes that the answer made to the world; absent when there are none. */
  changes?: readonly Operation[];
  /** Milliseconds from the start of the turn to the start of the answer, and the duration of the answer. */
  at: number;
  took: number;
}

/** The answer to a call. */
export type CallOutcome = { kind: "result"; value: unknown } | { kind: "error"; message: string };

/** A fault of a call that a real tool might reject; it does not stop the run. */
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
  /** For `handler_failed`, the last lines of the stack or of the program's output, and the line of the project's code that failed. */
  trace?: readonly string[];
  place?: { file: string; line: number } | null;
}

/** Code that the assistant ran, and what it printed and drew (file ids). */
export interface CodeRecord {
  input: string;
  logs: string;
  images: string[];
}

/** A complete message of the assistant. */
export interface MessageRecord {
  text: string;
  citations: Citation[];
  files: string[];
  /** The phase reported by the model; absent when not reported. */
  phase?: MessagePhase;
}

/**
 * The assistant's reply in a turn: its messages, separated by blank lines, except those that the model marks as commentary on its
 * actions.
 */
export function replyOf(turn: Pick<TurnRecord, "messages">): string {
  return turn.messages.flatMap(({ text, phase }) => (phase === "commentary" ? [] : [text])).join("\n\n");
}

/**
 * The assistant's commentary in a turn, besides its answer: the messages that the model marks as such or, if it marks none, the messages
 * before the last use of a tool.
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

/** A message as stored in the record. */
export function messageOf({ text, citations, files, phase }: Extract<TurnEvent, { kind: "message" }>): MessageRecord {
  return { text, citations, files, ...(phase !== undefined && { phase }) };
}

/** The files that a turn's code created and its messages show, each once, with the name if known. */
export function filesOf({ code, messages, fileNames }: TurnRecord): { id: string; name: string | null }[] {
  const ids = [...code.flatMap(({ images }) => images), ...messages.flatMap(({ files }) => files)];
  return [...new Set(ids)].map((id) => ({ id, name: fileNames?.[id] ?? null }));
}

/** The files that a turn's messages cite, once per citation. */
export function citedIn({ messages, fileNames }: TurnRecord): { id: string; name: string | null }[] {
  return messages.flatMap(({ citations }) =>
    citations.map(({ fileId }) => ({ id: fileId, name: fileNames?.[fileId] ?? null })),
  );
}

/** Events in which a tool is used. */
const uses: ReadonlySet<TurnEvent["kind"]> = new Set(["requires_action", "code", "search"]);

/** A tool's answer as a value: its result, or `{ error }`; `undefined` when there was none. */
export function answerValue(outcome: CallOutcome | null): unknown {
  if (outcome === null) return undefined;
  return outcome.kind === "result" ? outcome.value : { error: outcome.message };
}

/** A tool's answer as the text that is submitted: text unchanged, any other value as JSON. */
export function answerText(outcome: CallOutcome): string {
  const value = answerValue(outcome);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The parsed arguments of a call; `undefined` when they are not JSON. A function without parameters may be called with an empty text. */
export function parseArguments(written: string): unknown {
  return written.trim() === "" ? {} : parseShallowJson(written);
}
