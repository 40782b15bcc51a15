import { createApp, type App, type AppOptions } from "./app.ts";
import { systemClock } from "./clock.ts";
import { createFiles } from "./files/files.ts";
import { randomIds } from "./ids.ts";
import type { Model } from "./models/model.ts";
import { defaultLimits, type Limits, type Log, type Services } from "./services.ts";
import { createSqliteBlobs } from "./store/blobs.ts";
import { openDatabase } from "./store/database.ts";
import { createSqliteStore } from "./store/sqlite.ts";
import { createCodeInterpreter } from "./tools/code-interpreter/code-interpreter.ts";

/** A server with everything that it needs. */
export interface ServerOptions extends Omit<AppOptions, "services"> {
  /** A file, or `:memory:`. */
  database: string;
  model: Model;
  limits?: Partial<Limits>;
  log?: Log;
  /** A folder of Python packages for the code interpreter, or null. */
  packages?: string | null;
  /** A folder where the code interpreter keeps a started Python, or null. */
  cache?: string | null;
}

/** Opens the database and puts the server together. Throws a ProblemError when the database cannot serve. */
export function openServer(options: ServerOptions): App {
  const { database: path, model, limits, log = () => {}, packages = null, cache = null, ...appOptions } = options;
  const database = openDatabase(path);
  const codeInterpreter = createCodeInterpreter({ packages, cache });
  const base = {
    store: createSqliteStore(database),
    blobs: createSqliteBlobs(database),
    model,
    codeInterpreter,
    clock: systemClock,
    ids: randomIds,
    limits: { ...defaultLimits, ...limits },
    log,
  };
  const nothing = () => {
    throw new Error("no vector stores yet");
  };
  const services: Services = {
    ...base,
    files: createFiles(base),
    fileSearch: { search: nothing },
    vectorStores: { exists: () => false, create: nothing, addFiles: nothing, settled: async () => {} },
  };
  const app = createApp({ services, ...appOptions });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await app.close();
    await codeInterpreter.close();
    database.close();
  };
  return { fetch: app.fetch, close: () => (closing ??= close()) };
}
