import { resolve } from "node:path";
import { createSystemClock } from "../../kit/clock.ts";
import { createRandom } from "../../kit/random.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { sleep } from "../../kit/waiting.ts";
import { createWaits } from "../../kit/waits.ts";
import { findProjectRoot } from "../../project/files.ts";
import type { Script } from "../../project/script.ts";
import { fail } from "../../problem.ts";
import { type Keys, oneKey } from "../../server/http/keys.ts";
import { listen, type Listening } from "../../server/http/listen.ts";
import { displayName } from "../../server/models/openai/upstream.ts";
import type { Model } from "../../server/models/model.ts";
import { createRecordingModel } from "../../server/models/record.ts";
import { databaseAt } from "../../server/store/named.ts";
import { isPostgresUrl, nameOf, passwordOf } from "../../server/store/postgres/url.ts";
import { createMetrics } from "../../server/metrics.ts";
import { type ServerOptions, openServer } from "../../server/server.ts";
import { modelOf } from "../../api/model.ts";
import { cacheFolder, packagesFolder } from "../../api/folders.ts";
import { learnEnvironment } from "../../project/secrets.ts";
import { parseChaos } from "./chaos.ts";
import { fixedParts } from "./determinism.ts";
import { tellEndpoint } from "./endpoint.ts";
import { openKeyRing } from "./key-ring.ts";
import { createLog } from "./log.ts";
import { listenForMetrics } from "./metrics-listener.ts";
import { type ServeSettings, serveDefaults } from "./settings.ts";
import { Stopped } from "../stopped.ts";
import type { World } from "../world.ts";
import type { Log } from "../../server/services.ts";
import { isLocal } from "../../server/http/middleware/admission.ts";

/** Command-line options: settings, and options for one start or for tests. */
interface Flags extends Partial<Omit<ServeSettings, "upstreamModels">> {
  upstreamModel?: string[];
  record?: true;
  allowReset?: true;
  seed?: number;
  clock?: string;
  chaos?: string;
}

type Options = ServeSettings & Omit<Flags, keyof ServeSettings>;

/** Milliseconds for runs to finish when the server stops, so that Ctrl-C takes less than a second. */
const closingMs = 500;

/** `playbill serve`: runs the embedded server on a port until it is interrupted or the reader of its log is gone. */
export async function serve(world: World, flags: Flags): Promise<number> {
  // The code that reads projects takes as long to load as the server, and a migrated application has no project.
  const project = findProjectRoot(world.cwd) === null ? null : await import("./project.ts");
  const options = readOptions(world, (await project?.serveSettings(world)) ?? {}, flags);
  for (const secret of [options.apiKey, options.upstreamApiKey, passwordOf(options.db ?? "")])
    if (secret) world.secrets.add(secret);
  // Recordings are committed, and a model may repeat secrets from a tool's output.
  if (options.record === true) learnEnvironment(world.env, world.secrets);
  if (options.apiKey === undefined && options.apiKeys === undefined && !isLocal(options.host)) {
    return fail("key_needed", `the server would be reachable by others on ${options.host} without a key`, {
      hint: "Add --api-keys or --api-key (or set PLAYBILL_API_KEY), or listen on 127.0.0.1.",
    });
  }
  if ((options.seed !== undefined || options.clock !== undefined) && options.db !== undefined) {
    return fail("bad_flag", "--seed and --clock only work with a server in memory, not with --db", {
      hint: "Remove --db (and PLAYBILL_DB), or the other two options.",
    });
  }
  const scripts = (options.model === "script" ? await project?.projectScripts(world) : undefined) ?? [];
  const stopped = AbortSignal.any([world.signal, world.unheard]);
  const metrics = createMetrics();
  const write = createLog(world, options.log);
  const log: Log = (entry) => {
    metrics.note(entry);
    write(entry);
  };
  const made = await serverOptions(world, options, scripts, log);
  const keys = await keysOf(world, options, log);
  const app = await openServer({ ...made, ...admission(keys) });
  const listeners: Listening[] = [];
  try {
    const listening = await listen(app, options.host, options.port);
    listeners.push(listening);
    const measured = options.metrics === undefined ? null : await listenForMetrics(options.metrics, metrics, app);
    if (measured !== null) listeners.push(measured);
    world.stdout.write(`Assistants and Responses APIs on ${listening.url}/v1\n`);
    if (measured !== null) world.stderr.write(`metrics on ${measured.url}/metrics\n`);
    world.stderr.write(`${describe(options, scripts)}\nPress Ctrl-C to stop.\n`);
    if (options.model === "replay") {
      const { unplayedRecordings } = await import("../../api/served-recordings.ts");
      const unplayed = unplayedRecordings(findProjectRoot(world.cwd) ?? world.cwd);
      if (unplayed !== null) world.stderr.write(`note: of the recordings, ${unplayed}\n`);
    }
    if (options.model === "openai") await tellEndpoint(world, made.model, stopped);
    await aborted(stopped);
    if (isTerminated(world.signal)) {
      app.drain();
      await sleep(options.drain, createSystemClock({ keepsAlive: true }), world.unheard);
    }
    return 0;
  } finally {
    for (const each of listeners) await each.close();
    await app.close();
  }
}

/** The settings: options take precedence over `serve:` in playbill.yaml, and that over the environment. */
function readOptions(world: World, settings: Partial<ServeSettings>, { upstreamModel = [], ...flags }: Flags): Options {
  const { PLAYBILL_API_KEY: apiKey, OPENAI_API_KEY: upstreamApiKey, PLAYBILL_DB: db } = world.env;
  return {
    ...serveDefaults,
    ...(apiKey !== undefined && apiKey !== "" && { apiKey }),
    ...(upstreamApiKey !== undefined && { upstreamApiKey }),
    ...(db !== undefined && db !== "" && { db }),
    ...settings,
    ...flags,
    upstreamModels: { ...settings.upstreamModels, ...parsePairs(upstreamModel) },
  };
}

/** The accepted keys: the single key of the default project, and those of the file; `null` when no key is needed. */
async function keysOf(world: World, { apiKey, apiKeys }: Options, log: Log): Promise<Keys | null> {
  const one = apiKey === undefined ? null : oneKey(apiKey);
  if (apiKeys === undefined) return one;
  const tell = (message: string): void => log({ kind: "notice", message });
  const several = await openKeyRing(resolve(world.cwd, apiKeys), world.now, tell);
  return one === null ? several : async () => [...(await one()), ...(await several())];
}

/** The server options that decide which clients are accepted. */
function admission(keys: Keys | null): Pick<ServerOptions, "keys" | "localOnly"> {
  return keys === null ? { localOnly: true } : { keys };
}

/** True after SIGTERM, after which a load balancer may keep sending requests for a while. */
function isTerminated({ reason }: AbortSignal): boolean {
  return reason instanceof Stopped && reason.kind === "terminated";
}

async function serverOptions(world: World, options: Options, scripts: Script[], log: Log): Promise<ServerOptions> {
  const { seed, chaos, packages, cors = false, allowReset: reset = false } = options;
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const waits = createWaits();
  const model = await modelOf({
    model: options.model,
    root,
    secrets: world.secrets,
    scripts,
    upstreamBaseUrl: options.upstreamBaseUrl,
    upstreamApiKey: options.upstreamApiKey,
    upstreamModels: options.upstreamModels,
    onWaiting: waits.tell,
  });
  const random = seed === undefined ? Math.random : createRandom(seed);
  return {
    database: databaseAt(world.cwd, options.db ?? ":memory:"),
    connections: options.dbConnections,
    model: options.record === true ? await recorded(model, root, world) : model,
    waits,
    log,
    packages: packagesFolder(world.cwd, packages),
    cache: cacheFolder(world),
    limits: { closingMs },
    cors,
    reset,
    ...fixedParts(options),
    ...(chaos === undefined ? {} : { chaos: parseChaos(chaos, random) }),
  };
}

/** The same model, which records its answers in a project. */
async function recorded(model: Model, root: string, { secrets }: World): Promise<Model> {
  const { keepRecordings } = await import("../../api/served-recordings.ts");
  return createRecordingModel(model, keepRecordings(root, secrets));
}

/** Reads `gpt-4o=llama3.2`, and `*=llama3.2` for every other model. */
function parsePairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const [name = "", called = ""] = pair.split("=", 2);
      if (name !== "" && called !== "") return [name, called];
      return fail("bad_flag", `--upstream-model cannot be "${pair}"`, {
        hint: "For example: --upstream-model gpt-4o=llama3.2, or *=llama3.2 for all.",
      });
    }),
  );
}

function describe({ model, upstreamBaseUrl, db, record }: Options, scripts: Script[]): string {
  const who = {
    script: `${scripts.length} ${scripts.length === 1 ? "script of this project answers" : "scripts of this project answer"}`,
    openai: `models are called at ${printableLine(displayName({ baseUrl: upstreamBaseUrl ?? "" }))}${record === true ? ", and their answers are recorded" : ""}`,
    replay: "recordings of serve --record answer",
  }[model];
  return `${who}; everything is stored ${whereKept(db)}.`;
}

/** The place of the data, in words; a URL is shown without its password. */
function whereKept(db: string | undefined): string {
  if (db === undefined) return "in memory";
  return `in ${isPostgresUrl(db) ? printableLine(nameOf(db)) : db}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
}
