import type { Waits } from "../kit/waits.ts";
import type { Clock } from "../kit/clock.ts";
import { createRandom } from "../kit/random.ts";
import type { Model } from "./models/model.ts";
import type { Replica } from "./replicas/replica.ts";
import type { Scope, Store } from "./store/store.ts";
import type { CodeInterpreter, FileSearch } from "./tools.ts";
import type { Usage } from "./wire/run.ts";
import { randomUUID } from "node:crypto";

/** Creates a new unique id with this prefix (`asst_`, `file-`). */
export type Ids = (prefix: string) => string;

/** The server's size limits and timeouts. */
export interface Limits {
  /** Largest JSON body, in bytes. */
  jsonBytes: number;
  /** Largest uploaded file, in bytes. */
  fileBytes: number;
  /** How long a run may take or wait, in seconds. */
  runSeconds: number;
  /** The value of the `openai-poll-after-ms` header. */
  pollAfterMs: number;
  /** Milliseconds without a report after which an engine is gone, and others take over its runs. */
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

/** Indexes the files of vector stores in the background. The queue consists of the files whose status is in progress, so it is as durable as the store. */
export interface Indexer {
  /** Starts to index the waiting files, including those left by a crash. */
  wake(): void;
  /** Waits until no file of these stores is being indexed. Rejects with the signal's reason. */
  settled(vectorStoreIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Stops indexing; the remaining files wait for the next start. */
  close(): Promise<void>;
}

/** An event for the log, as a value. It never contains a key or a body. The reason of a run may quote a message. */
export type LogEntry =
  | {
      kind: "request";
      requestId: string;
      /** The name of its key, and its project; `null` when no key is required, or it was refused. */
      key: string | null;
      project: string | null;
      method: string;
      path: string;
      /** The pattern of the path; `null` when no route has it. */
      route: string | null;
      status: number;
      milliseconds: number;
    }
  | {
      kind: "run";
      runId: string;
      threadId: string;
      project?: string;
      status: "completed" | "failed" | "expired" | "incomplete" | "cancelled";
      /** Why it did not complete, or what is unusual about it; `null` otherwise. */
      reason: string | null;
      usage: Usage;
      /** From its creation to its end, in whole seconds, like the API's times. */
      seconds: number;
    }
  /** The code of a thread runs in a new session: the former one belonged to another process, or ended with a restart. */
  | { kind: "session"; threadId: string }
  /** A message for the operator of the server. */
  | { kind: "notice"; message: string }
  | { kind: "fault"; requestId: string | null; error: unknown };
/** Receives log entries. */
export type Log = (entry: LogEntry) => void;

/** Everything that the routes and the engines need. */
export interface Services {
  store: Store;
  model: Model;
  codeInterpreter: CodeInterpreter;
  fileSearch: FileSearch;
  indexer: Indexer;
  /** This process as one of those on the store. */
  replica: Replica;
  clock: Clock;
  ids: Ids;
  limits: Limits;
  log: Log;
  /** What runs wait for at the model. */
  waits: Waits;
}

/** The current time in whole seconds since 1970, like the API's timestamps. */
export function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

/** Runs `work` in a transaction, by default with the shared scope. Within it, the services' store is that of the transaction. */
export function inTransaction<S extends { store: Store }, R>(
  services: S,
  work: (inside: S) => Promise<R>,
  scope?: Scope,
): Promise<R> {
  return services.store.transaction((store) => work({ ...services, store }), scope);
}

const length = 24;

/** Random ids in the API's format, with 90 random bits. */
export const randomIds: Ids = (prefix) => prefix + randomUUID().replaceAll("-", "").slice(0, length);

/** Ids derived from a seed: the same requests in the same order give the same ids. Not for secrets. */
export function seededIds(seed: number): Ids {
  const random = createRandom(seed);
  return (prefix) => prefix + Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** Sequential ids, the same in every process that does the same: `asst_000000000000000000000001`. */
export function countedIds(): Ids {
  const counts = new Map<string, number>();
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return prefix + String(count).padStart(length, "0");
  };
}
