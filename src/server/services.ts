import type { Clock } from "../kit/clock.ts";
import type { Static } from "../schema/builder.ts";
import type { Model } from "./models/model.ts";
import type { Chunks } from "./store/chunks.ts";
import type { Blobs, Store } from "./store/store.ts";
import type { CodeInterpreter, FileSearch, ReadableFile } from "./tools.ts";
import type { ChunkingStrategy } from "./wire/common.ts";

/** Makes a new id: the prefix (`asst_`, `file-`) and something never used before. */
export type Ids = (prefix: string) => string;

/** What the server accepts and how long it waits. */
export interface Limits {
  /** Largest JSON body, in bytes. */
  jsonBytes: number;
  /** Largest uploaded file, in bytes. */
  fileBytes: number;
  /** How long a run may take or wait, in seconds. */
  runSeconds: number;
  /** What `openai-poll-after-ms` tells clients. */
  pollAfterMs: number;
  /** An engine that has not been heard of for so long is gone, and others take up its runs; in milliseconds. */
  leaseMs: number;
  /** How long closing waits for runs to finish, in milliseconds. */
  closingMs: number;
}

/** The API's own limits, for a server on a port. */
export const defaultLimits: Limits = {
  jsonBytes: 20 * 1024 * 1024,
  fileBytes: 512 * 1024 * 1024,
  runSeconds: 600,
  pollAfterMs: 100,
  leaseMs: 5_000,
  closingMs: 5_000,
};

/** What the rest of the server asks of files. */
export interface Files {
  /** `null` when there is no such file. */
  open(fileId: string): ReadableFile | null;
  /** Stores a file that a tool made (purpose `assistants_output`) and gives its id. */
  createOutput(filename: string, bytes: Uint8Array): string;
}

/** A vector store to make along with an assistant or a thread; the wire form of `tool_resources.file_search.vector_stores[n]`. */
export interface NewVectorStore {
  file_ids?: string[];
  chunking_strategy?: Static<typeof ChunkingStrategy>;
  metadata?: Record<string, string> | null;
}

/** What the rest of the server asks of vector stores. Methods that write do so within the transaction they are called in. */
export interface VectorStores {
  exists(vectorStoreId: string): boolean;
  /** Makes a store and begins to index its files. `expiresAfterDays` counts from its last use. Gives its id. */
  create(request: NewVectorStore, expiresAfterDays: number | null): string;
  /** Adds files and begins to index them; a file that is there already stays as it is. */
  addFiles(vectorStoreId: string, fileIds: string[]): void;
  /** Waits until no file of these stores is being indexed. */
  settled(vectorStoreIds: string[], signal: AbortSignal): Promise<void>;
  /** Begins to index the files that wait for it; those that a crash left behind too. */
  wake(): void;
  /** Stops indexing; what is not done waits for the next start. */
  close(): Promise<void>;
}

/** What happened, as a value for whoever writes logs; it never holds a key or a body. */
export type LogEntry =
  | { kind: "request"; requestId: string; method: string; path: string; status: number; milliseconds: number }
  | { kind: "fault"; requestId: string | null; error: unknown };
/** Takes what happened. */
export type Log = (entry: LogEntry) => void;

/** Everything that routes and the run engine work with. */
export interface Services {
  store: Store;
  blobs: Blobs;
  chunks: Chunks;
  model: Model;
  codeInterpreter: CodeInterpreter;
  fileSearch: FileSearch;
  files: Files;
  vectorStores: VectorStores;
  clock: Clock;
  ids: Ids;
  limits: Limits;
  log: Log;
}

/** The API's timestamps: whole seconds since 1970. */
export function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
