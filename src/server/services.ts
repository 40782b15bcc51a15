import type { Waits } from "../kit/waits.ts";
import type { Clock } from "../kit/clock.ts";
import { createRandom } from "../kit/random.ts";
import type { Model } from "./models/model.ts";
import type { Replica } from "./replicas/replica.ts";
import type { Scope, Store } from "./store/store.ts";
import type { CodeInterpreter, FileSearch } from "./tools.ts";
import type { Usage } from "./wire/run.ts";
import { randomUUID } from "node:crypto";

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
  /** An engine that has not reported for so long is gone, and others take up its runs; in milliseconds. */
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

/** Indexes the files of vector stores away from requests: those whose status is in progress, so the queue is as durable as the store. */
export interface Indexer {
  /** Begins to index the files that wait for it; those that a crash left behind too. */
  wake(): void;
  /** Waits until no file of these stores is being indexed. Rejects with the signal's reason. */
  settled(vectorStoreIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Stops indexing; what is not done waits for the next start. */
  close(): Promise<void>;
}

/** What happened, as a value for whoever writes logs; it never holds a key or a body. The reason of a run may quote what was said. */
export type LogEntry =
  | {
      kind: "request";
      requestId: string;
      /** The name of the key that it was sent with, and the project it is about; `null` when none was asked for, or refused. */
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
      /** Why it did not come to its end, or what is odd about it; `null` when nothing is. */
      reason: string | null;
      usage: Usage;
      /** From its creation to its end, in whole seconds as the API's times. */
      seconds: number;
    }
  /** Code of a thread runs in a new session: another process had it, or had it before a restart. */
  | { kind: "session"; threadId: string }
  /** Something that whoever runs the server wants to know. */
  | { kind: "notice"; message: string }
  | { kind: "fault"; requestId: string | null; error: unknown };
/** Takes what happened. */
export type Log = (entry: LogEntry) => void;

/** Everything that routes and the run engine work with. */
export interface Services {
  store: Store;
  model: Model;
  codeInterpreter: CodeInterpreter;
  fileSearch: FileSearch;
  indexer: Indexer;
  /** This process among those on the store. */
  replica: Replica;
  clock: Clock;
  ids: Ids;
  limits: Limits;
  log: Log;
  /** What runs wait for behind the model. */
  waits: Waits;
}

/** The API's timestamps: whole seconds since 1970. */
export function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

/** Does `work` in a transaction about what is shared, unless `scope` says another: within it, the services' store is the transaction's own. */
export function inTransaction<S extends { store: Store }, R>(
  services: S,
  work: (inside: S) => Promise<R>,
  scope?: Scope,
): Promise<R> {
  return services.store.transaction((store) => work({ ...services, store }), scope);
}

const length = 24;

/** Random ids in the API's form; 90 of their bits are random. */
export const randomIds: Ids = (prefix) => prefix + randomUUID().replaceAll("-", "").slice(0, length);

/** Ids that follow from a seed: the same requests in the same order give the same ids. Not for secrets. */
export function seededIds(seed: number): Ids {
  const random = createRandom(seed);
  return (prefix) => prefix + Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** Counted ids, the same in every process that does the same: `asst_000000000000000000000001`. */
export function countedIds(): Ids {
  const counts = new Map<string, number>();
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return prefix + String(count).padStart(length, "0");
  };
}
