// What `import ... from "playbill/server"` gives: docs/server.md describes it. Nothing in src/ imports this file.
import { createSystemClock } from "../kit/clock.ts";
import { createRandom } from "../kit/random.ts";
import { createWaits } from "../kit/waits.ts";
import { resolveTarget } from "../project/resolve-target.ts";
import { oneKey } from "../server/http/keys.ts";
import { listen } from "../server/http/listen.ts";
import type { Chaos } from "../server/http/middleware/fault-injection.ts";
import { seededIds, type Log, type LogEntry } from "../server/services.ts";
import { openServer, type ServerOptions } from "../server/server.ts";
import { expandAll, scriptsOf } from "./expansion.ts";
import { cacheFolder, packagesFolder } from "./folders.ts";
import { loadedAs, loadProject, type LoadOptions } from "./loaded-project.ts";
import { modelOf } from "./model.ts";

export type { LogEntry };

/** Shares of faults to inject, from 0 to 1, and milliseconds of latency; none where one is left out. */
export type Faults = Partial<Omit<Chaos, "random">>;

/** A chat-completions endpoint that answers. */
export interface Endpoint {
  baseUrl: string;
  apiKey?: string | undefined;
  /** A model's name for clients -> what the endpoint calls it; `*` stands for every other one. */
  models?: Record<string, string> | undefined;
}

/** What a server is made of; all of it may be left out. */
export interface CreateServerOptions extends Pick<LoadOptions, "cwd" | "env"> {
  /** What answers: the scripts of the project's scenarios (the default), the recordings that `serve --record` wrote, or an endpoint. */
  model?: "script" | "replay" | Endpoint | undefined;
  /** A file, or the URL of a PostgreSQL database. Default: everything is kept in memory. */
  database?: string | undefined;
  /** Asked of every client when it is set. */
  apiKey?: string | undefined;
  /** Ids and faults that follow from it: the same requests in the same order get the same answers. */
  seed?: number | undefined;
  /** The time of the server: one that stands (`2026-01-01T00:00:00Z`), or milliseconds since 1970 whenever it asks. Default: the machine's. */
  clock?: string | (() => number) | undefined;
  chaos?: Faults | undefined;
  /** A folder of Python packages for the code interpreter. */
  packages?: string | undefined;
  /** Is told of every request, and of runs and responses that are over. Default: nobody is. */
  log?: Log | undefined;
}

/** A server in this process. */
export interface PlaybillServer {
  /** Answers a request; give it to a client as its `fetch`. The address before `/v1` does not matter. */
  fetch: (this: void, input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Opens a port of 127.0.0.1, any free one unless it is given, for clients in other processes; gives the base URL. */
  listen(this: void, port?: number): Promise<string>;
  /** Empties it: every object of every kind. */
  reset(this: void): Promise<void>;
  close(this: void): Promise<void>;
}

/** Opens a server for the project that a folder is in. Rejects with a ProblemError when something is wrong with the project or an option. */
export async function createServer(options: CreateServerOptions = {}): Promise<PlaybillServer> {
  const { cwd = process.cwd(), env, apiKey, seed, log, packages } = options;
  const waits = createWaits();
  const app = await openServer({
    database: options.database ?? ":memory:",
    model: await modelFor(options, waits.tell),
    waits,
    reset: true,
    limits: { closingMs: 500, pollAfterMs: 5 },
    packages: packagesFolder(cwd, packages),
    cache: cacheFolder({ env: env ?? process.env }),
    ...(log && { log }),
    ...(apiKey === undefined ? { localOnly: false } : { keys: oneKey(apiKey) }),
    ...fixed(options),
    ...(options.chaos && { chaos: chaosOf(options.chaos, seed) }),
  });
  const listening: { close(): Promise<void> }[] = [];
  return {
    fetch: (input, init) => app.fetch(input, init),
    async listen(port = 0) {
      const opened = await listen(app, "127.0.0.1", port);
      listening.push(opened);
      return `${opened.url}/v1`;
    },
    async reset() {
      const headers = { "api-key": apiKey ?? "none" };
      await app.fetch("http://localhost/__playbill/reset", { method: "POST", headers });
    },
    async close() {
      for (const each of listening) await each.close();
      await app.close();
    },
  };
}

async function modelFor(
  { cwd, env, model = "script" }: CreateServerOptions,
  onWaiting: (runId: string, reason: string | null) => void,
): Promise<ServerOptions["model"]> {
  const project = await loadProject({ cwd, env, needs: (address) => address.startsWith("scenario.") });
  const { context, project: read } = loadedAs(project);
  const config = resolveTarget(read, undefined, context.env);
  const endpoint = typeof model === "object" ? model : undefined;
  return modelOf({
    model: typeof model === "object" ? "openai" : model,
    root: project.root,
    secrets: context.secrets,
    scripts: model === "script" ? scriptsOf(read, config, expandAll(read, config)) : [],
    upstreamBaseUrl: endpoint?.baseUrl,
    upstreamApiKey: endpoint?.apiKey,
    upstreamModels: endpoint?.models ?? {},
    onWaiting,
  });
}

function fixed({ clock, seed }: CreateServerOptions): Pick<ServerOptions, "clock" | "ids"> {
  const now = typeof clock === "string" ? () => Date.parse(clock) : clock;
  return {
    ...(now && { clock: { ...createSystemClock({ keepsAlive: false }), now } }),
    ...(seed !== undefined && { ids: seededIds(seed) }),
  };
}

function chaosOf(faults: Faults, seed: number | undefined): Chaos {
  const random = seed === undefined ? Math.random : createRandom(seed);
  return { rateLimited: 0, failing: 0, dropped: 0, notIndexed: 0, latency: 0, ...faults, random };
}
