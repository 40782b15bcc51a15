import type { ToldCall } from "../kit/told-call.ts";
import type { ThreadHistory } from "./history.ts";
import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { Live, Marker, ResourceKind } from "../resources/resource.ts";

/** One API dialect at one base URL. Nothing that uses it knows which dialect it is. */
export interface Target {
  /** What the lock is bound to: the base URL and the account as far as playbill.yaml names it; `Registry.account` may know more. */
  origin: string;
  registry: Registry;
  /** The day (`YYYY-MM-DD`) on which each model is shut down; `null` for one that says none, and for a target that does not say. Never throws a ProblemError. */
  shutdownDates(): Promise<ReadonlyMap<string, string | null> | null>;
  /** All of a conversation that took place there, whoever had it; `null` when there is none of that id. */
  history(thread: string): Promise<ThreadHistory | null>;
  /** Opens a session; contacts nothing yet. */
  testing(run: TestRun): TestSession;
}

/**
 * What sync reconciles: the objects of each kind of resource. Every method throws a ProblemError of kind `remote` when the other side
 * does not do its part.
 */
export interface Registry {
  /** Every object of a kind, read to the end of the list, each once. */
  list<S extends object>(kind: ResourceKind<S>): AsyncIterable<Live<S>>;
  /** `null` when there is none with this id. */
  get<S extends object>(kind: ResourceKind<S>, id: string): Promise<Live<S> | null>;
  /** Reads an object that was kept as this API gave it; `null` when it is not one of that kind. Contacts nothing. */
  read<S extends object>(kind: ResourceKind<S>, object: unknown): Live<S> | null;
  /**
   * Makes an object exactly once; `marker` is `null` for kinds that are not marked. When an answer is lost, the object is looked for before
   * anything is sent again; an error says what is not known then. One of which `onMade` was told is there, whatever is thrown.
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
  /** Done as well when it was already gone. */
  delete(kind: ResourceKind, id: string): Promise<void>;
  /** What an object of ours says of objects of kinds that are not marked; nothing for most kinds. */
  traces(kind: ResourceKind, live: Live): AsyncIterable<Trace>;
  /** The objects that an object holds, whoever put them there; none for most kinds. */
  members(kind: ResourceKind, live: Live): AsyncIterable<HeldObject>;
  /** What is in an object that is a file; `null` when the target does not give it. */
  content(kind: ResourceKind, id: string): Promise<Uint8Array | null>;
  /** The account that answered so far, in the target's own words; `null` when it does not say. */
  account(): string | null;
  /** True when the objects of a kind can be missing without a loss: what keeps them is not there, and the files alone are enough to make them again. */
  isMadeAgain?(this: void, kind: ResourceKind): Promise<boolean>;
  /** True for a kind whose objects nobody but Playbill writes: what the files do not say of one is not set. */
  isWhole?(this: void, kind: Pick<ResourceKind, "name">): boolean;
  /** Seconds since 1970, not later than what the target would say of an object that it makes now. */
  time(): number;
}

/** What making or changing an object may need besides its spec, when it has content or takes its time. */
export interface Work {
  /** The bytes with that hash, from the beginning at each call: an upload may be sent again. Throws a ProblemError when they cannot be read. */
  contentOf(this: void, sha256: string): AsyncIterable<Uint8Array>;
  onProgress(this: void, progress: WorkProgress): void;
  /** The object is there, although work on it goes on; resolves when that is recorded. */
  onMade(this: void, id: string): Promise<void>;
  /** True for the id of an object of this project, one that is to be deleted included. */
  isOwn(this: void, id: string): boolean;
  /** Seconds after which nobody needs the object any more, so that the target may delete it by itself; `null`: never. */
  lifetime: number | null;
  /** The object that the new one takes the place of: what in it is not ours is taken along. `null` for an update, or a new one. */
  replaces: Live | null;
}

/** How far one piece of work has come. */
export interface WorkProgress {
  done: number;
  total: number;
  unit: "bytes" | "files";
}

/** An object that another one holds, as a vector store its files. */
export interface HeldObject {
  id: string;
  /** False for one that cannot be used: it is not ready yet, or failed. */
  isReady: boolean;
}

/** What one object says of another one, of a kind that is not marked. */
export interface Trace {
  kind: string;
  id: string;
  /** The address that it has in this project. */
  address: string;
  /** The fields of its spec that its API does not show. */
  hidden: Readonly<Record<string, unknown>>;
}

/** What a session of conversations is opened for; what it makes at the target carries this. */
export interface TestRun {
  project: string;
  /** The target's name in playbill.yaml. */
  target: string;
  /** Tells what this run makes from what other runs make. */
  runId: string;
  /** Runs of which it is known that they ended, and not whether they deleted what they had made. */
  ended: readonly EndedRun[];
  /** What declared assistants refer to, by address. */
  resources: ReadonlyMap<string, TestedResource>;
  /** As `Work.contentOf`. */
  contentOf: Work["contentOf"];
  /** Told how far the work on one of the resources is. */
  onProgress(this: void, address: string, progress: WorkProgress): void;
}

/** A run that ended before it said that everything is deleted. */
export interface EndedRun {
  runId: string;
  /** What it may have made besides assistants. */
  kinds: readonly ResourceKind[];
}

/** Something that a declared assistant needs at the target, as the files declare it. */
export interface TestedResource {
  kind: ResourceKind;
  spec: object;
}

/** An assistant to talk to: the id of one that is at the target, or one as the files declare it. */
export type TestedAssistant = string | AssistantSpec;

/** Conversations, and whatever the dialect needs at the target to hold them with assistants that are only declared. */
export interface TestSession {
  /**
   * Makes what conversations with this assistant need, so that it is not part of a turn's time. Done once for each assistant, however
   * many ask; what failed is tried again by the next who asks.
   */
  prepare(assistant: TestedAssistant): Promise<void>;
  /**
   * Uploads files that go with what is said, by address, so that it is not part of a turn's time; each once, however many say so. They are found by a
   * later session when this one is killed. `model` is one that the target has.
   */
  upload(files: readonly string[], model: string): Promise<void>;
  open(input: {
    assistant: TestedAssistant;
    messages: OpeningMessage[];
    metadata: Record<string, string>;
  }): Promise<Conversation>;
  /** Deletes what the session made, what runs have left behind of which it is known that they ended, and that of others which show no sign of life. */
  close(): Promise<void>;
}

/** Something that a conversation begins with; a call is one that the assistant made, with what it was answered. */
export type OpeningMessage = { role: "user" | "assistant"; text: string } | ({ role: "call" } & ToldCall);

/** A file that goes with something that is said. */
export interface Attachment {
  /** The address of one of the run's resources. */
  file: string;
  /** The built-in tools that may read it. */
  tools: readonly ("file_search" | "code_interpreter")[];
  /** It is shown to the model, as an image. */
  isShown: boolean;
}

/** One thread of conversation. A turn is `send`, then `answer` for as long as the turn ends by asking for tool outputs. */
export interface Conversation {
  readonly id: string;
  /** Says something and streams what the assistant does; the last event is `requires_action` or `ended`. */
  send(text: string, options: { signal: AbortSignal; attachments?: readonly Attachment[] }): AsyncIterable<TurnEvent>;
  /** Answers all calls that the last event asked for; streams on. */
  answer(outputs: ToolOutput[], options: { signal: AbortSignal }): AsyncIterable<TurnEvent>;
  /** Stops the turn in progress, if there is one; never throws for a turn that is already over. */
  cancel(): Promise<void>;
  /** Deletes the conversation at the target. */
  close(): Promise<void>;
  /** The name of a file that was cited or made; `null` when the target does not say. Never rejects. */
  fileName(id: string, options: { signal: AbortSignal }): Promise<string | null>;
  /** What is in a file that was made; `null` when the target does not give it, or it has more than `most` bytes. Never rejects. */
  fileContent(id: string, options: { signal: AbortSignal; most: number }): Promise<Uint8Array | null>;
  /** What was found in the files where the last turn cites them; `null` for a place of which the target does not say it. Never rejects. */
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
  /** Those of the prompt that were taken from a cache; absent when the target does not say. */
  cached_tokens?: number;
  /** Those of the completion that nobody sees; absent when the target does not say. */
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

/** What the model says of a message of its own: that it goes with what it is doing, or that it is its answer. */
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
      /** What the model says that it is, where the API tells; absent where it does not. */
      phase?: MessagePhase;
    }
  | { kind: "code"; callId: string; input: string; logs: string; images: string[] }
  | { kind: "search"; callId: string; results: { file: string; score: number }[] }
  | { kind: "requires_action"; calls: FunctionCall[] }
  /** From here until the next event, time is not the turn's: a rate limit, a pause before a retry, a queue of our own. */
  | { kind: "waiting"; reason: string }
  /** The waiting is over; time counts again. */
  | { kind: "resumed" }
  | {
      kind: "ended";
      status: EndStatus;
      error: { code: string; message: string } | null;
      reason: string | null;
      usage: Usage | null;
      /** The model that answered, as the target calls it; `null` when it does not say. */
      model: string | null;
    };
