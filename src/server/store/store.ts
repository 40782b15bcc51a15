/** A kind of stored object: its name in the store, and the keys by which it can be found. */
export interface Kind<T> {
  readonly name: string;
  /** Unique within the kind. */
  key(value: T): string;
  /** The key of the object that it belongs to, or `null`. */
  parent(value: T): string | null;
  /** One more value to filter by (a run's status, a file's purpose), or `null`. */
  tag(value: T): string | null;
  /** The id of the thread that it is in, which never changes; `null` if threads share it. The same function as `parent` for objects that belong to the thread. */
  thread(value: T): string | null;
}

const noParent = (): null => null;

/** Whether no object of the kind belongs to another object. */
export function hasNoParent<T>(kind: Kind<T>): boolean {
  return kind.parent === noParent;
}

/** Creates a kind whose key is the object's `id`, unless `more` says otherwise. */
export function kind<T extends { id: string }>(name: string, more: Partial<Omit<Kind<T>, "name">> = {}): Kind<T> {
  return { name, key: ({ id }) => id, parent: noParent, tag: () => null, thread: () => null, ...more };
}

/** A write of one object, among several: a new object (its key must not be taken), or a replacement for the one with its key, if it exists. */
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

/** The write of an object that replaces the one with its key. */
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

/** How an object that was read is changed. */
export interface Revision<R> {
  writes: readonly Write[];
  /** Runs like a function given to `afterCommit`. */
  afterCommit?: () => void;
  result: R;
}

/**
 * What a transaction writes, and what no other writes until it is over: a thread with its contents, or the shared data (in no thread), or both.
 * A scope without a thread is the shared data. No transaction covers two threads, so that a database may keep each thread on another machine.
 */
export interface Scope {
  thread?: string;
  shared?: boolean;
}

/** Throws for a write that the scope of its transaction does not cover: others might write the same at that time. */
export function checkCovered(scope: Scope, thread: string | null): void {
  if (thread === null ? isShared(scope) : thread === scope.thread) return;
  throw new Error(`a transaction for ${described(scope)} cannot write to ${thread ?? "shared data"}`);
}

/** Throws if a transaction within one of this scope covers more than that. */
export function checkPart(outer: Scope, inner: Scope): void {
  if (inner.thread !== undefined) checkCovered(outer, inner.thread);
  if (isShared(inner)) checkCovered(outer, null);
}

/** Whether the scope covers the data that is in no thread. */
export function isShared({ thread, shared }: Scope): boolean {
  return thread === undefined || shared === true;
}

function described(scope: Scope): string {
  return [scope.thread, isShared(scope) ? "shared data" : undefined].filter((each) => each !== undefined).join(", ");
}

/** The scope of a transaction that covers an object and the contents of its thread. */
export function scopeAround<T>(kind: Kind<T>, value: T): Scope {
  const thread = kind.thread(value);
  return thread === null ? {} : { thread };
}

/** The scope of writes that are made together, outside a transaction. Throws if they are in several threads. */
export function scopeOf(writes: readonly Write[]): Scope {
  const thread = writes.find(({ row }) => row.thread !== null)?.row.thread ?? null;
  const scope: Scope = thread === null ? {} : { thread, shared: writes.some(({ row }) => row.thread === null) };
  for (const { row } of writes) checkCovered(scope, row.thread);
  return scope;
}

/** Selects objects of a kind. */
export interface Filter {
  parent?: string;
  /** Only objects with one of these tags. */
  tags?: readonly string[];
}

/** Selects a page of them. `after` and `before` are keys; those of objects that were removed individually still mark their place. */
export interface PageQuery extends Filter {
  /** By time of insertion. */
  order: "asc" | "desc";
  limit: number;
  after?: string;
  before?: string;
}

/** A page in the requested order. With `before` alone, it is the page that ends just before that key. */
export interface Page<T> {
  data: T[];
  /** Whether there is more in the direction of reading. */
  hasMore: boolean;
}

/**
 * Stores JSON objects in insertion order, bytes, chunks of texts, and jobs. A write is committed when the call, or the transaction that it is part of,
 * resolves. Reads outside a transaction see committed data.
 */
export interface Store {
  /** Rejects if the key is taken. */
  insert<T>(kind: Kind<T>, value: T): Promise<void>;
  get<T>(kind: Kind<T>, key: string): Promise<T | null>;
  /** Keeps the place in the order; `false` if there is nothing to replace. */
  replace<T>(kind: Kind<T>, value: T): Promise<boolean>;
  /** All or nothing, in order; all of them are in one thread, or in none. */
  write(writes: readonly Write[]): Promise<void>;
  /**
   * Reads an object, or `null`, and writes the result of `revise`; nothing else is written in between. If `revise` throws, nothing is written, and
   * this rejects with its error. It replaces a transaction that needs no other reads, in fewer steps. The writes must be in the thread of the object.
   * `revise` must have no side effects: it may be called again.
   */
  revise<T, R>(kind: Kind<T>, key: string, revise: (current: T | null) => Revision<R>): Promise<R>;
  /** `false` if there was nothing to remove. */
  remove<T>(kind: Kind<T>, key: string): Promise<boolean>;
  /** Removes all objects of the kind that belong to the parent. */
  removeChildren<T>(kind: Kind<T>, parent: string): Promise<void>;
  /** Rejects with `UnknownKey` if `after` or `before` was never a key of the kind. */
  page<T>(kind: Kind<T>, query: PageQuery): Promise<Page<T>>;
  /** All that match, oldest first; for queries with small results. */
  all<T>(kind: Kind<T>, filter?: Filter): Promise<T[]>;
  /** Removes all objects, bytes, chunks and jobs of the tenant. */
  clear(): Promise<void>;
  readonly blobs: Blobs;
  readonly chunks: Chunks;
  readonly jobs: Jobs;
  /**
   * The time of the store, in milliseconds since 1970: the clock that all its processes share. Absent if they share the machine's clock.
   */
  now?(this: void): Promise<number>;
  /**
   * All or nothing. Others write nothing in `scope` (by default, the shared data) from the first read until the transaction is
   * committed; a write outside the scope rejects. Reads outside the scope see the data committed at that time. An operation that does not go through `tx` would
   * wait for the end of its own transaction. A transaction of `tx` is a part of `tx`. `work` must wait for nothing but `tx`.
   */
  transaction<R>(work: (tx: Store) => Promise<R>, scope?: Scope): Promise<R>;
  /**
   * Runs `work` as soon as the transaction is committed, before the next one of its scope begins in this process, and never if it is rolled back; outside
   * a transaction, at once. `work` must not throw.
   */
  afterCommit(work: () => void): void;
}

/** The default tenant, which also owns the objects of databases that are older than tenants. */
export const defaultTenant = "default";

/** A store that this process opened, and closes once it is no longer used. It belongs to the default tenant. */
export interface OpenedStore extends Store {
  /** The same store as a tenant sees it: with only its own objects, bytes and chunks. Opens nothing. */
  tenant(name: string): Store;
  close(): Promise<void>;
}

/** Stores bytes, in parts, so that a large file is never completely in memory. */
export interface Blobs {
  /** Adds a part at the end; the first one creates the blob. */
  append(id: string, part: Uint8Array): Promise<void>;
  /** The parts in order, each read when it is requested; none if there is no such blob. */
  parts(id: string): AsyncIterable<Uint8Array>;
  remove(id: string): Promise<void>;
  /** All blobs. */
  ids(): Promise<string[]>;
}

/**
 * Queues of jobs, each for one process at a time. Holders are named; those that are no longer live have lost their jobs. Jobs are shared data: a
 * transaction for a thread can add and finish them too.
 */
export interface Jobs {
  /** Adds a job at the end; a job that exists keeps its place and waits again, whoever held it. */
  add(queue: string, key: string): Promise<void>;
  /**
   * Takes waiting jobs, and those of holders that are not `live`, the oldest first; returns their keys, in no order. Jobs that another process is taking
   * at the moment are skipped. Not for use in a transaction.
   */
  claim(queue: string, holder: string, live: ReadonlySet<string>, limit: number): Promise<string[]>;
  /** True unless the job was given to another holder. */
  holds(queue: string, key: string, holder: string): Promise<boolean>;
  /** Removes the job if the holder has it. */
  finish(queue: string, key: string, holder: string): Promise<void>;
  /** Returns all jobs of the holder to the queue. */
  release(queue: string, holder: string): Promise<void>;
}

/** A part of a file's text, as it is stored for search. */
export interface NewChunk {
  /** Where it begins in the text, in UTF-16 code units. */
  start: number;
  tokens: number;
  text: string;
  /** The embedding of the text, or `null`. */
  embedding: Float32Array | null;
}

/** What a search needs to know about a chunk before it is read. Numbers grow in the order of storage. */
export interface ChunkFacts {
  number: number;
  vectorStoreId: string;
  fileId: string;
  tokens: number;
}

/** Stores the chunks of vector store files, and finds them by their words. */
export interface Chunks {
  append(vectorStoreId: string, fileId: string, chunks: readonly NewChunk[]): Promise<void>;
  remove(vectorStoreId: string, fileId: string): Promise<void>;
  /** The chunks of a file, in the order of its text. */
  ofFile(vectorStoreId: string, fileId: string): Promise<{ start: number; text: string }[]>;
  /** All chunks of these stores, in no order. */
  facts(vectorStoreIds: readonly string[]): Promise<ChunkFacts[]>;
  /** The texts of chunks, by their numbers; without those that no longer exist. */
  texts(numbers: readonly number[]): Promise<Map<number, string>>;
  /** The words of a query as the index stores them (stemmed, without accents), each once. Any text is a valid query. */
  words(query: string): Promise<string[]>;
  /**
   * For each of these words, how often it occurs in each chunk of these stores, by the chunk's number. The result may include chunks of other stores, whose
   * numbers are to be ignored.
   */
  postings(vectorStoreIds: readonly string[], words: readonly string[]): Promise<Map<string, Map<number, number>>>;
  /** The embeddings of a store's chunks, by chunk number. */
  embeddings(vectorStoreId: string): Promise<Map<number, Float32Array>>;
}

/** A page was requested that starts or ends at a key that never existed. */
export class UnknownKey extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`unknown key ${key}`);
    this.name = "UnknownKey";
    this.key = key;
  }
}

/** The database cannot be reached, or does not answer in time; a retry a little later may succeed. */
export class StoreUnavailable extends Error {
  constructor(cause: Error) {
    super(`the database is not available: ${cause.message}`, { cause });
    this.name = "StoreUnavailable";
    // Not caused by the calling code: in a log, one line for each is enough.
    this.stack = `${this.name}: ${this.message}`;
  }
}
