import { createSystemClock, createTimeOfDayClock, type Clock } from "../kit/clock.ts";
import { TimedOut, within } from "../kit/waiting.ts";
import { fail } from "../problem.ts";
import { type Waits, createWaits } from "../kit/waits.ts";
import { createApp, type App, type AppOptions } from "./http/app.ts";
import { removeLeftovers } from "./domain/files/uploads.ts";
import { vectorStoreFiles } from "./domain/kinds.ts";
import type { Gauges } from "./metrics.ts";
import { createIndexer } from "./domain/vector-stores/indexer.ts";
import { failingReader } from "./search/reader/failing-reader.ts";
import type { Chaos } from "./http/middleware/fault-injection.ts";
import { failingModel } from "./models/failing-model.ts";
import type { Model } from "./models/model.ts";
import { createCodeInterpreter } from "./python/code-interpreter.ts";
import { agreementOf } from "./replicas/agreement.ts";
import { openTransport } from "./replicas/open-transport.ts";
import { startReplica, type Agreement } from "./replicas/replica.ts";
import { createSharedClock } from "./replicas/shared-clock.ts";
import { createSilentTransport, type Transport } from "./replicas/transport.ts";
import { createFileReader, type FileReader } from "./search/reader/reader.ts";
import { createFileSearch } from "./search/search.ts";
import { isPostgresUrl, nameOf } from "./store/postgres/url.ts";
import { unlessUnusable } from "./store/sqlite/database.ts";
import { openStore, type StoreOptions } from "./store/open.ts";
import { StoreUnavailable, type OpenedStore, type Store } from "./store/store.ts";
import type { CodeInterpreter } from "./tools.ts";
import { randomIds, defaultLimits, type Ids, type Limits, type Log, type Services } from "./services.ts";

/** The options for the parts of a server. */
export interface PartOptions {
  model: Model;
  limits?: Partial<Limits>;
  log?: Log;
  /** By default, the store's clock, or else the machine's. */
  clock?: Clock;
  /** Random ids by default. */
  ids?: Ids;
  /** A folder of Python packages for the code interpreter, or null. */
  packages?: string | null;
  /** A folder in which the code interpreter caches a started Python, or null. */
  cache?: string | null;
  /** Faults to inject into indexing. */
  chaos?: Chaos;
  /** What runs wait for, as reported by the model. */
  waits?: Waits;
  /** The transport of messages to other processes on the store; without it they poll the store. */
  transport?: Transport;
  /** The settings that other processes on the store must share. */
  agreement?: () => Promise<Agreement>;
  /** The reader of vector stores' files; by default a separate thread. */
  reader?: FileReader;
}

/** All options of a server. */
export interface ServerOptions extends PartOptions, StoreOptions, Omit<AppOptions, "services"> {}

/** A server that this process opened. */
export interface Server extends App {
  /** Reports at `/readyz` from now on that the server is shutting down; it continues to answer. */
  drain(): void;
  /** The current gauges, for `Metrics.text`. */
  gauges(): Promise<Gauges>;
}

/** Opens the database and creates the server. Rejects with a ProblemError when the database cannot be used. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { reader = createFileReader() } = options;
  const store = await openStore(options);
  // The first write detects a damaged file.
  const services = await unlessUnusable(options.database, () => servicesOn(store, { ...options, reader }));
  const others: Services[] = [];
  const servicesOf = (tenant: string): Services => {
    const made = servicesOfTenant(tenant, store.tenant(tenant), services, faulty(reader, options.chaos));
    others.push(made);
    return made;
  };
  const app = createApp({ ...options, services, servicesOf });
  for (const { project } of (await options.keys?.()) ?? []) app.open(project);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const indexers = [...others, services].map(({ indexer }) => indexer);
    for (const part of [app, services.codeInterpreter, ...indexers, services.replica, store])
      await closeInTime(part, services);
  };
  const gauges = async (): Promise<Gauges> => {
    const waiting = await Promise.all(
      [...others, services].map(({ store }) => store.all(vectorStoreFiles, { tags: ["in_progress"] })),
    );
    return { ...app.counts(), indexing: waiting.reduce((sum, files) => sum + files.length, 0) };
  };
  return { fetch: app.fetch, drain: () => app.drain(), gauges, close: () => (closing ??= close()) };
}

/** The services of a server on an opened database; closes it when they cannot be created. */
async function servicesOn(store: OpenedStore, options: ServerOptions): Promise<Services> {
  const { database } = options;
  const transport = openTransport(database);
  const agreement = isPostgresUrl(database) ? { agreement: () => agreementOf(options) } : {};
  try {
    return await createServices(store, { ...options, transport, ...agreement });
  } catch (error) {
    await store.close();
    if (!(error instanceof StoreUnavailable)) throw error;
    return fail("database_unusable", `cannot use ${nameOf(database)}: ${error.message}`, {
      hint: "It was available a moment ago. Check the database, and start again.",
    });
  }
}

/**
 * The services of a tenant, on its view of the store: its own index queue and search, and Python sessions that no other tenant can access. The
 * model, worker threads, clock and log are shared.
 */
export function servicesOfTenant(tenant: string, store: Store, shared: Services, reader: FileReader): Services {
  const named = (threadId: string): string => `${tenant}/${threadId}`;
  const codeInterpreter: CodeInterpreter = {
    ...shared.codeInterpreter,
    run: (request, signal) => shared.codeInterpreter.run({ ...request, threadId: named(request.threadId) }, signal),
    endSession: (threadId) => shared.codeInterpreter.endSession(named(threadId)),
  };
  const log: Log = (entry) => shared.log(entry.kind === "run" ? { ...entry, project: tenant } : entry);
  return startParts({ ...shared, store, codeInterpreter, log }, { ...reader, close: async () => {} });
}

/** Milliseconds that a part of a server gets to close, in addition to those that runs get to finish. */
const endingTime = 10_000;

/**
 * Closes a part. One that does not end is a fault, and is not waited for. What a part cannot release while the database is unavailable, other processes take
 * over when its lease expires.
 */
async function closeInTime(part: { close(): Promise<void> }, { clock, limits, log }: Services): Promise<void> {
  try {
    await within(limits.closingMs + endingTime, clock, part.close());
  } catch (error) {
    if (error instanceof StoreUnavailable) return;
    if (!(error instanceof TimedOut)) throw error;
    log({ kind: "fault", requestId: null, error });
  }
}

/** Creates every part of a server on an open store, cleans up after a crash, and resumes unfinished work. */
export async function createServices(store: Store, options: PartOptions): Promise<Services> {
  const {
    model,
    limits,
    log = () => {},
    clock = clockOf(store),
    ids = randomIds,
    packages = null,
    cache = null,
    reader = createFileReader(),
    chaos,
    waits = createWaits(),
  } = options;
  const allLimits = { ...defaultLimits, ...limits };
  const replica = await startReplica({
    store,
    clock,
    limits: allLimits,
    log,
    transport: options.transport ?? createSilentTransport(randomIds("engine_")),
    agreement: options.agreement,
  });
  const base = {
    store,
    replica,
    model: chaos?.modelErrors === undefined ? model : failingModel(model, chaos.modelErrors, chaos.random),
    codeInterpreter: createCodeInterpreter({ packages, cache }),
    clock,
    ids,
    limits: allLimits,
    log,
    waits,
  };
  return startParts(base, faulty(reader, chaos));
}

/** The clock that all processes on the store share: the store's, advanced by a monotonic one, or the time of day where they are on one machine. */
function clockOf(store: Store): Clock {
  return store.now ? createSharedClock(createSystemClock({ keepsAlive: false })) : createTimeOfDayClock();
}

function faulty(reader: FileReader, chaos: Chaos | undefined): FileReader {
  return chaos === undefined ? reader : failingReader(reader, chaos);
}

/** Cleans up after a crash, and adds the parts that work on the store. */
function startParts(base: Omit<Services, "fileSearch" | "indexer">, reader: FileReader): Services {
  removeLeftovers(base).catch((error: unknown) => base.log({ kind: "fault", requestId: null, error }));
  const indexer = createIndexer({ ...base, reader });
  indexer.wake();
  return { ...base, fileSearch: createFileSearch(base), indexer };
}
