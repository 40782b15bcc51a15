// The exports of "playbill/server": docs/server.md describes them. Nothing in src/ imports this file.
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

/** Rates of injected faults, from 0 to 1, and latency in milliseconds; default: none. */
export type Faults = Partial<Omit<Chaos, "random">>;

/** A chat-completions endpoint as the model. */
export interface Endpoint {
  baseUrl: string;
  apiKey?: string | undefined;
  /** A model's name for clients -> its name at the endpoint; `*` for all others. */
  models?: Record<string, string> | undefined;
}

/** Options of a server, all optional. */
export interface CreateServerOptions extends Pick<LoadOptions, "cwd" | "env"> {
  /** The model: scripts of the project's scenarios (default), recordings of `serve --record`, or an endpoint. */
  model?: "script" | "replay" | Endpoint | undefined;
  /** A file, or the URL of a PostgreSQL database. Default: in memory. */
  database?: string | undefined;
  /** The key that every client must send, if set. */
  apiKey?: string | undefined;
  /** The seed of ids and faults: the same requests in the same order get the same answers. */
  seed?: number | undefined;
  /** The server's clock: a fixed time (`2026-01-01T00:00:00Z`), or a function that returns milliseconds since 1970. Default: the machine's clock. */
  clock?: string | (() => number) | undefined;
  chaos?: Faults | undefined;
  /** A folder of Python packages for the code interpreter. */
  packages?: string | undefined;
  /** Called for every request, and for finished runs and responses. Default: no log. */
  log?: Log | undefined;
}

/** A server in this process. */
export interface PlaybillServer {
  /** Answers a request; pass it to a client as `fetch`. The URL before `/v1` does not matter. */
  fetch: (this: void, input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Opens a port on 127.0.0.1 (default: any free one) for clients in other processes; returns the base URL. */
  listen(this: void, port?: number): Promise<string>;
  /** Deletes all objects of the server. */
  reset(this: void): Promise<void>;
  close(this: void): Promise<void>;
}

/** Opens a server for the project of a folder. Rejects with a ProblemError for faults in the project or in an option. */
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
