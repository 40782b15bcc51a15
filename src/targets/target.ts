import type { ToldCall } from "../kit/told-call.ts";
import type { ThreadHistory } from "./history.ts";
import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { Live, Marker, ResourceKind } from "../resources/resource.ts";

/** One API dialect at one base URL. Its users do not depend on the dialect. */
export interface Target {
  /** What the lock is bound to: the base URL, and the account if playbill.yaml names it; `Registry.account` may know more. */
  origin: string;
  registry: Registry;
  /** The day (`YYYY-MM-DD`) on which each model is shut down; `null` for a model without one, and for a target that does not report it. Never throws a ProblemError. */
  shutdownDates(): Promise<ReadonlyMap<string, string | null> | null>;
  /** A complete conversation at the target, whoever created it; `null` when there is none with that id. */
  history(thread: string): Promise<ThreadHistory | null>;
  /** Opens a session; contacts nothing yet. */
  testing(run: TestRun): TestSession;
}

/**
 * What sync reconciles: the objects of each kind of resource. Every method throws a ProblemError of kind `remote` when the target
 * fails.
 */
export interface Registry {
  /** Every object of a kind, read to the end of the list, each once. */
  list<S extends object>(kind: ResourceKind<S>): AsyncIterable<Live<S>>;
  /** `null` when there is none with this id. */
  get<S extends object>(kind: ResourceKind<S>, id: string): Promise<Live<S> | null>;
  /** Reads a stored object in the form that this API returned; `null` when it is not one of that kind. Contacts nothing. */
  read<S extends object>(kind: ResourceKind<S>, object: unknown): Live<S> | null;
  /**
   * Creates an object exactly once; `marker` is `null` for kinds without markers. When an answer is lost, the object is looked for before
   * a retry; an error states what is not known then. An object for which `onMade` was called exists, whatever is thrown.
   */
  create<S extends object>(kind: ResourceKind<S>, spec: S, marker: Marker | null, work?: Work): Promise<Live<S>>;
  /** Sends only the changed fields and the marker; metadata that is not ours is kept. */
  update<S extends object>(
    kind: ResourceKind<S>,
    live: Live<S>,
    changes: Partial<S>,
    marker: Marker | null,
    work?: Work,
  ): Promise<Live<S>>;
  /** Succeeds also when the object is already gone. */
  delete(kind: ResourceKind, id: string): Promise<void>;
  /** What one of our objects states about objects of kinds without markers; empty for most kinds. */
  traces(kind: ResourceKind, live: Live): AsyncIterable<Trace>;
  /** The objects that an object contains, whoever added them; none for most kinds. */
  members(kind: ResourceKind, live: Live): AsyncIterable<HeldObject>;
  /** The content of a file; `null` when the target does not return it. */
  content(kind: ResourceKind, id: string): Promise<Uint8Array | null>;
  /** The account known from answers so far, as the target names it; `null` when it is not known. */
  account(): string | null;
  /** True when missing objects of a kind are no loss: their storage does not exist, and they can be created again from the files alone. */
  isMadeAgain?(this: void, kind: ResourceKind): Promise<boolean>;
  /** True for a kind whose objects only Playbill writes: fields that the files do not declare are not set. */
  isWhole?(this: void, kind: Pick<ResourceKind, "name">): boolean;
  /** Seconds since 1970, not later than the creation time of an object that the target would create now. */
  time(): number;
}

/** What creating or changing an object may need besides its spec, when it has content or takes long. */
export interface Work {
  /** The bytes with that hash, from the beginning at each call, since an upload may be retried. Throws a ProblemError when they cannot be read. */
  contentOf(this: void, sha256: string): AsyncIterable<Uint8Array>;
  onProgress(this: void, progress: WorkProgress): void;
  /** The object exists, although work on it continues; resolves when that is recorded. */
  onMade(this: void, id: string): Promise<void>;
  /** True for the id of an object of this project, including one that is to be deleted. */
  isOwn(this: void, id: string): boolean;
  /** Seconds after which the object is no longer needed, so that the target may delete it automatically; `null`: never. */
  lifetime: number | null;
  /** The object that the new one replaces: what in it is not ours is kept. `null` for an update, or a new object. */
  replaces: Live | null;
}

/** The progress of one piece of work. */
export interface WorkProgress {
  done: number;
  total: number;
  unit: "bytes" | "files";
}

/** An object that another one contains, as a vector store contains files. */
export interface HeldObject {
  id: string;
  /** False for one that cannot be used, because it is not ready yet or failed. */
  isReady: boolean;
}

/** What one object states about another one of a kind without markers. */
export interface Trace {
  kind: string;
  id: string;
  /** Its address in this project. */
  address: string;
  /** The fields of its spec that its API does not show. */
  hidden: Readonly<Record<string, unknown>>;
}

/** The test run that a session is opened for; the objects that it creates at the target carry this. */
export interface TestRun {
  project: string;
  /** The target's name in playbill.yaml. */
  target: string;
  /** Distinguishes the objects of this run from those of other runs. */
  runId: string;
  /** Runs that are known to have ended, but perhaps without deleting their objects. */
  ended: readonly EndedRun[];
  /** What declared assistants refer to, by address. */
  resources: ReadonlyMap<string, TestedResource>;
  /** See `Work.contentOf`. */
  contentOf: Work["contentOf"];
  /** Called with the progress of the work on a resource. */
  onProgress(this: void, address: string, progress: WorkProgress): void;
}

/** A run that ended before it recorded that everything is deleted. */
export interface EndedRun {
  runId: string;
  /** The kinds of objects that it may have created besides assistants. */
  kinds: readonly ResourceKind[];
}

/** Something that a declared assistant needs at the target, as the files declare it. */
export interface TestedResource {
  kind: ResourceKind;
  spec: object;
}

/** An assistant to talk to: the id of one at the target, or a declared one. */
export type TestedAssistant = string | AssistantSpec;

/** Conversations, and whatever the dialect needs at the target to run them with assistants that are only declared. */
export interface TestSession {
  /**
   * Creates what conversations with this assistant need, so that it does not count as a turn's time. Done once for each assistant, however
   * many calls there are; the next call retries a failure.
   */
  prepare(assistant: TestedAssistant): Promise<void>;
  /**
   * Uploads files that are attached to messages, by address, so that it does not count as a turn's time; each once, however many calls there are. A
   * later session finds them when this one is killed. `model` is a model of the target.
   */
  upload(files: readonly string[], model: string): Promise<void>;
  open(input: {
    assistant: TestedAssistant;
    messages: OpeningMessage[];
    metadata: Record<string, string>;
  }): Promise<Conversation>;
  /** Deletes what the session created, what ended runs have left behind, and what others have that show no sign of life. */
  close(): Promise<void>;
}

/** Something that a conversation starts with; a `call` is one that the assistant made, with its output. */
export type OpeningMessage = { role: "user" | "assistant"; text: string } | ({ role: "call" } & ToldCall);

/** A file that is attached to a message. */
export interface Attachment {
  /** The address of one of the run's resources. */
  file: string;
  /** The built-in tools that may read it. */
  tools: readonly ("file_search" | "code_interpreter")[];
  /** It is shown to the model, as an image. */
  isShown: boolean;
}

/** One conversation. A turn is `send`, then `answer` as long as the turn requires tool outputs. */
export interface Conversation {
  readonly id: string;
  /** Sends a message and streams what the assistant does; the last event is `requires_action` or `ended`. */
  send(text: string, options: { signal: AbortSignal; attachments?: readonly Attachment[] }): AsyncIterable<TurnEvent>;
  /** Answers all calls of the last event, and continues the stream. */
  answer(outputs: ToolOutput[], options: { signal: AbortSignal }): AsyncIterable<TurnEvent>;
  /** Stops the turn in progress, if there is one; never throws for a turn that has already ended. */
  cancel(): Promise<void>;
  /** Deletes the conversation at the target. */
  close(): Promise<void>;
  /** The name of a file that was cited or created; `null` when the target does not return it. Never rejects. */
  fileName(id: string, options: { signal: AbortSignal }): Promise<string | null>;
  /** The content of a file that was created; `null` when the target does not return it, or it has more than `most` bytes. Never rejects. */
  fileContent(id: string, options: { signal: AbortSignal; most: number }): Promise<Uint8Array | null>;
  /** The passages of the files that the last turn cites; `null` for one that the target does not return. Never rejects. */
  passages(citations: readonly Citation[], options: { signal: AbortSignal }): Promise<(string | null)[]>;
  /** Everything said so far, oldest first. */
  transcript(): Promise<TranscriptMessage[]>;
}

export interface ToolOutput {
  callId: string;
  output: string;
}

export interface FunctionCall {
  callId: string;
  name: string;
  /** JSON, as the model wrote it. */
  arguments: string;
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  /** Prompt tokens that were read from a cache; absent when the target does not report them. */
  cached_tokens?: number;
  /** Completion tokens of hidden reasoning; absent when the target does not report them. */
  reasoning_tokens?: number;
}

export interface Citation {
  text: string;
  fileId: string;
  start: number;
  end: number;
}

export interface TranscriptMessage {
  role: "user" | "assistant";
  text: string;
}

/** How the model labels its message: as a comment on what it is doing, or as its answer. */
export type MessagePhase = "commentary" | "final_answer";

/** How a turn can end. `requires_action` is not an end: calls wait for `answer`. */
export type EndStatus = "completed" | "failed" | "incomplete" | "expired" | "cancelled";

export type TurnEvent =
  | { kind: "text"; delta: string }
  | {
      kind: "message";
      text: string;
      citations: Citation[];
      files: string[];
      /** The model's label for the message; absent when the API has none. */
      phase?: MessagePhase;
    }
  | { kind: "code"; callId: string; input: string; logs: string; images: string[] }
  | { kind: "search"; callId: string; results: { file: string; score: number }[] }
  | { kind: "requires_action"; calls: FunctionCall[] }
  /** From here until the next event, time does not count as the turn's: a rate limit, a pause before a retry, a queue of our own. */
  | { kind: "waiting"; reason: string }
  /** The waiting is over; time counts again. */
  | { kind: "resumed" }
  | {
      kind: "ended";
      status: EndStatus;
      error: { code: string; message: string } | null;
      reason: string | null;
      usage: Usage | null;
      /** The model that answered, as the target names it; `null` when it does not. */
      model: string | null;
    };
