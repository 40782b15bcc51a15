/** A kind of stored object: how it is named in the store and what it can be found by. */
export interface Kind<T> {
  readonly name: string;
  /** Unique within the kind. */
  key(value: T): string;
  /** The key of the object that it belongs to, or `null`. */
  parent(value: T): string | null;
  /** One more thing that it can be filtered by (a run's status, a file's purpose), or `null`. */
  tag(value: T): string | null;
  /** The id of the thread that it is in, for ever, or `null`: it is shared by threads. The same function as `parent` for what belongs to the thread. */
  thread(value: T): string | null;
}

const noParent = (): null => null;

/** Whether nothing of the kind belongs to another object. */
export function hasNoParent<T>(kind: Kind<T>): boolean {
  return kind.parent === noParent;
}

/** Makes a kind whose key is the object's `id`, unless `more` says otherwise. */
export function kind<T extends { id: string }>(name: string, more: Partial<Omit<Kind<T>, "name">> = {}): Kind<T> {
  return { name, key: ({ id }) => id, parent: noParent, tag: () => null, thread: () => null, ...more };
}

/** A write of one object, among several: a new one (its key must not be taken), or one in place of the one with its key, if there is one. */
export interface Write {
  kind: "insert" | "replace";
  row: {
    kind: string;
    key: string;
    thread: string | null;
    parent: string | null;
    tag: string | null;
    value: unknown;
  };
}

/** The write of a new object. */
export function inserted<T>(kind: Kind<T>, value: T): Write {
  return { kind: "insert", row: rowOf(kind, value) };
}

/** The write of an object in place of the one with its key. */
export function replaced<T>(kind: Kind<T>, value: T): Write {
  return { kind: "replace", row: rowOf(kind, value) };
}

function rowOf<T>(kind: Kind<T>, value: T): Write["row"] {
  return {
    kind: kind.name,
    key: kind.key(value),
    thread: kind.thread(value),
    parent: kind.parent(value),
    tag: kind.tag(value),
    value,
  };
}

/** What is made of an object that was read. */
export interface Revision<R> {
  writes: readonly Write[];
  /** Runs like what is given to `afterCommit`. */
  afterCommit?: () => void;
  result: R;
}

/**
 * What a transaction writes, and what nobody else writes until it is over: a thread with what is in it, or what is shared (in no thread), or both.
 * One without a thread is about what is shared. No transaction is about two threads, so that a database may keep each thread on another machine.
 */
export interface Scope {
  thread?: string;
  shared?: boolean;
}

/** Throws when something is written that the scope of its transaction does not cover: others might write it meanwhile. */
export function checkCovered(scope: Scope, thread: string | null): void {
  if (thread === null ? isShared(scope) : thread === scope.thread) return;
  throw new Error(`a transaction about ${described(scope)} cannot write to ${thread ?? "what is shared"}`);
}

/** Throws when a transaction within one of this scope is about more than that. */
export function checkPart(outer: Scope, inner: Scope): void {
  if (inner.thread !== undefined) checkCovered(outer, inner.thread);
  if (isShared(inner)) checkCovered(outer, null);
}

/** Whether what is in no thread is a part of the scope. */
export function isShared({ thread, shared }: Scope): boolean {
  return thread === undefined || shared === true;
}

function described(scope: Scope): string {
  return [scope.thread, isShared(scope) ? "what is shared" : undefined].filter((each) => each !== undefined).join(", ");
}

/** The scope of a transaction about an object and what is in the same thread. */
export function scopeAround<T>(kind: Kind<T>, value: T): Scope {
  const thread = kind.thread(value);
  return thread === null ? {} : { thread };
}

/** The scope of writes that are made together, outside of a transaction. Throws when they are in several threads. */
export function scopeOf(writes: readonly Write[]): Scope {
  const thread = writes.find(({ row }) => row.thread !== null)?.row.thread ?? null;
  const scope: Scope = thread === null ? {} : { thread, shared: writes.some(({ row }) => row.thread === null) };
  for (const { row } of writes) checkCovered(scope, row.thread);
  return scope;
}

/** Which objects of a kind. */
export interface Filter {
  parent?: string;
  /** Only objects with one of these tags. */
  tags?: readonly string[];
}

/** Which page of them. `after` and `before` are keys; those of objects removed one by one still mark their place. */
export interface PageQuery extends Filter {
  /** By insertion. */
  order: "asc" | "desc";
  limit: number;
  after?: string;
  before?: string;
}

/** In the order asked for. With `before` alone it is the page that ends just before that key. */
export interface Page<T> {
  data: T[];
  /** Whether there is more in the direction of reading. */
  hasMore: boolean;
}

/**
 * Keeps JSON objects in insertion order, bytes, chunks of texts, and jobs. A write is committed when the call, or the transaction that it is made in,
 * resolves. Reads outside a transaction see what is committed.
 */
export interface Store {
  /** Rejects when the key is taken. */
  insert<T>(kind: Kind<T>, value: T): Promise<void>;
  get<T>(kind: Kind<T>, key: string): Promise<T | null>;
  /** Keeps the place in the order; `false` when there is nothing to replace. */
  replace<T>(kind: Kind<T>, value: T): Promise<boolean>;
  /** All or nothing, in order; they are in one thread, or in none. */
  write(writes: readonly Write[]): Promise<void>;
  /**
   * Reads an object, or `null`, and writes what `revise` makes of it; nothing else is written between. When `revise` throws, nothing is written, and
   * this rejects with its error. A transaction for what needs no other reading, in fewer steps. What is written is in the thread of the object.
   * `revise` has no effect but by what it gives: it may be called again.
   */
  revise<T, R>(kind: Kind<T>, key: string, revise: (current: T | null) => Revision<R>): Promise<R>;
  /** `false` when there was nothing to remove. */
  remove<T>(kind: Kind<T>, key: string): Promise<boolean>;
  /** Removes everything of the kind that belongs to the parent. */
  removeChildren<T>(kind: Kind<T>, parent: string): Promise<void>;
  /** Rejects with `UnknownKey` when `after` or `before` was never a key of the kind. */
  page<T>(kind: Kind<T>, query: PageQuery): Promise<Page<T>>;
  /** All that fit, oldest first; for questions whose answer is not large. */
  all<T>(kind: Kind<T>, filter?: Filter): Promise<T[]>;
  /** Removes everything of every kind, with all bytes, chunks and jobs; of one tenant. */
  clear(): Promise<void>;
  readonly blobs: Blobs;
  readonly chunks: Chunks;
  readonly jobs: Jobs;
  /**
   * The time of the store, in milliseconds since 1970: the clock that all processes on it share. Absent where they share the machine's.
   */
  now?(this: void): Promise<number>;
  /**
   * All or nothing. Of what `scope` says (what is shared, unless it says another), nothing is written by others from the first reading until it is
   * committed; a write to anything else rejects. What `work` reads beyond that is what was committed when it was read. Through anything but `tx` it would
   * wait for the end of its own transaction. A transaction of `tx` is a part of `tx`. `work` waits for nothing but `tx`.
   */
  transaction<R>(work: (tx: Store) => Promise<R>, scope?: Scope): Promise<R>;
  /**
   * Runs `work` as soon as the transaction is committed, before the next one of its scope begins in this process, and never when it is undone; outside
   * a transaction, at once. `work` must not throw.
   */
  afterCommit(work: () => void): void;
}

/** The tenant whose objects a store has that was opened without saying whose: those of every database from before there were tenants. */
export const defaultTenant = "default";

/** A store that this process opened, and closes once nothing uses it any more. It is the default tenant's. */
export interface OpenedStore extends Store {
  /** The same store as a tenant sees it: with its objects, bytes and chunks only, and as if there were no others. Opens nothing. */
  tenant(name: string): Store;
  close(): Promise<void>;
}

/** Keeps bytes, in parts, so that a large file is never in memory as a whole. */
export interface Blobs {
  /** Adds a part at the end; the first one makes the blob. */
  append(id: string, part: Uint8Array): Promise<void>;
  /** The parts in order, each read when it is asked for; none when there is no such blob. */
  parts(id: string): AsyncIterable<Uint8Array>;
  remove(id: string): Promise<void>;
  /** Every blob there is. */
  ids(): Promise<string[]>;
}

/**
 * Queues of what one process at a time is to do. Holders are named; those that are not live any more have lost what they had. Jobs are shared: a
 * transaction about a thread adds and finishes them too.
 */
export interface Jobs {
  /** Adds a job at the end; one that is there waits again where it is, whoever had it. */
  add(queue: string, key: string): Promise<void>;
  /**
   * Takes jobs that wait, and those of holders that are not `live`, the oldest first; gives their keys, in no order. What another process is just taking
   * is passed over, not waited for. Not for use in a transaction.
   */
  claim(queue: string, holder: string, live: ReadonlySet<string>, limit: number): Promise<string[]>;
  /** True while nobody else was given the job. */
  holds(queue: string, key: string, holder: string): Promise<boolean>;
  /** Removes the job, if the holder has it. */
  finish(queue: string, key: string, holder: string): Promise<void>;
  /** Lets everything that the holder has wait for others. */
  release(queue: string, holder: string): Promise<void>;
}

/** A part of a file's text, ready to be found. */
export interface NewChunk {
  /** Where it begins in the text, in UTF-16 units. */
  start: number;
  tokens: number;
  text: string;
  /** What the text means to the model, or `null`. */
  embedding: Float32Array | null;
}

/** What a search needs to know of a chunk before it is found. Numbers grow in the order of storing. */
export interface ChunkFacts {
  number: number;
  vectorStoreId: string;
  fileId: string;
  tokens: number;
}

/** Keeps the chunks of the files of vector stores, and finds them by their words. */
export interface Chunks {
  append(vectorStoreId: string, fileId: string, chunks: readonly NewChunk[]): Promise<void>;
  remove(vectorStoreId: string, fileId: string): Promise<void>;
  /** A file's chunks, in the order of its text. */
  ofFile(vectorStoreId: string, fileId: string): Promise<{ start: number; text: string }[]>;
  /** All chunks of these stores, in no order. */
  facts(vectorStoreIds: readonly string[]): Promise<ChunkFacts[]>;
  /** The texts of chunks, by their numbers; without those that are not there any more. */
  texts(numbers: readonly number[]): Promise<Map<number, string>>;
  /** The words of a query as the index knows them (stemmed, without accents), each once. Any text is a query. */
  words(query: string): Promise<string[]>;
  /**
   * For each of these words, how often it is in each chunk of these stores, by the chunk's number. Chunks of other stores may be among them, whose
   * numbers say nothing.
   */
  postings(vectorStoreIds: readonly string[], words: readonly string[]): Promise<Map<string, Map<number, number>>>;
  /** The embeddings of a store's chunks, by their number. */
  embeddings(vectorStoreId: string): Promise<Map<number, Float32Array>>;
}

/** A page was asked to begin or end at a key that never was. */
export class UnknownKey extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`unknown key ${key}`);
    this.name = "UnknownKey";
    this.key = key;
  }
}

/** The database cannot be reached, or does not answer in time; another try a little later may succeed. */
export class StoreUnavailable extends Error {
  constructor(cause: Error) {
    super(`the database is not available: ${cause.message}`, { cause });
    this.name = "StoreUnavailable";
    // No fault of the code that asked: in a log, one line of each is enough.
    this.stack = `${this.name}: ${this.message}`;
  }
}
