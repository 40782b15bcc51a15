import { createSystemClock } from "../../kit/clock.ts";
import { createRandom } from "../../kit/random.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import { createWaits } from "../../kit/waits.ts";
import { TimedOut, orAborted, within } from "../../kit/waiting.ts";
import { findProjectRoot } from "../../project/files.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import type { Script } from "../../project/script.ts";
import { fail } from "../../problem.ts";
import { oneKey } from "../../server/http/keys.ts";
import { listen } from "../../server/http/listen.ts";
import { type Model, ModelFailure } from "../../server/models/model.ts";
import { displayName } from "../../server/models/openai/upstream.ts";
import { createRecordingModel } from "../../server/models/record.ts";
import { isPostgresUrl, nameOf, passwordOf } from "../../server/store/postgres/url.ts";
import { type ServerOptions, openServer } from "../../server/server.ts";
import { expandAll, scriptsOf } from "../../api/expansion.ts";
import { learnProjectSecrets, loadSound } from "../../api/load.ts";
import { modelOf } from "../../api/model.ts";
import { cacheFolder, packagesFolder } from "../../api/folders.ts";
import { learnEnvironment } from "../../project/secrets.ts";
import { keepRecordings, unplayedRecordings } from "../../api/served-recordings.ts";
import { parseChaos } from "./chaos.ts";
import { fixedParts } from "./determinism.ts";
import { type LogFormat, createLog } from "./log.ts";
import type { World } from "../world.ts";
import { isLocal } from "../../server/http/middleware/admission.ts";

interface Options {
  port: number;
  host: string;
  apiKey?: string;
  db?: string;
  dbConnections?: number;
  model: "script" | "openai" | "replay";
  record?: true;
  upstreamBaseUrl?: string;
  upstreamApiKey?: string;
  upstreamModel?: string[];
  packages?: string;
  log: LogFormat;
  cors?: true;
  allowReset?: true;
  seed?: number;
  clock?: string;
  chaos?: string;
}

/** Milliseconds that runs have to finish when the server is ended: a Ctrl-C is obeyed within a second. */
const closingMs = 500;

/** `playbill serve`: the embedded server on a port, until it is interrupted or nobody reads its log any more. */
export async function serve(world: World, options: Options): Promise<number> {
  const apiKey = options.apiKey ?? (world.env.PLAYBILL_API_KEY || undefined);
  const db = options.db ?? (world.env.PLAYBILL_DB || undefined);
  for (const secret of [apiKey, options.upstreamApiKey ?? world.env.OPENAI_API_KEY, passwordOf(db ?? "")])
    if (secret) world.secrets.add(secret);
  await learnProjectSecrets(world);
  // A recording is committed, and a model may say what a tool told it.
  if (options.record === true) learnEnvironment(world.env, world.secrets);
  if (apiKey === undefined && !isLocal(options.host)) {
    return fail("key_needed", `on ${options.host} others could reach the server, and it would ask for no key`, {
      hint: "Give --api-key (or PLAYBILL_API_KEY), or listen on 127.0.0.1.",
    });
  }
  if ((options.seed !== undefined || options.clock !== undefined) && db !== undefined) {
    return fail("bad_flag", "--seed and --clock are for a server in memory: --db outlives them", {
      hint: "Leave out --db (and PLAYBILL_DB), or the other two.",
    });
  }
  const scripts = options.model === "script" ? await projectScripts(world) : [];
  const stopped = AbortSignal.any([world.signal, world.unheard]);
  const made = serverOptions(world, { ...options, db }, scripts);
  const app = await openServer({
    ...made,
    ...(apiKey === undefined ? { localOnly: true } : { keys: oneKey(apiKey) }),
  });
  try {
    const listening = await listen(app, options.host, options.port);
    world.stdout.write(`Assistants API on ${listening.url}/v1\n`);
    world.stderr.write(`${describe({ ...options, db }, scripts)}\nCtrl-C ends it.\n`);
    const unplayed = options.model === "replay" ? unplayedRecordings(findProjectRoot(world.cwd) ?? world.cwd) : null;
    if (unplayed !== null) world.stderr.write(`note: of the recordings, ${unplayed}\n`);
    if (options.model === "openai") await tellEndpoint(world, made.model, stopped);
    await aborted(stopped);
    await listening.close();
    return 0;
  } finally {
    await app.close();
  }
}

function serverOptions(world: World, options: Options, scripts: Script[]): ServerOptions {
  const { seed, chaos, packages, cors = false, allowReset: reset = false } = options;
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const waits = createWaits();
  const model = modelOf({
    model: options.model,
    root,
    secrets: world.secrets,
    scripts,
    upstreamBaseUrl: options.upstreamBaseUrl,
    upstreamApiKey: options.upstreamApiKey ?? world.env.OPENAI_API_KEY,
    upstreamModels: parsePairs(options.upstreamModel ?? []),
    onWaiting: waits.tell,
  });
  const random = seed === undefined ? Math.random : createRandom(seed);
  return {
    database: options.db ?? ":memory:",
    connections: options.dbConnections,
    model: options.record === true ? createRecordingModel(model, keepRecordings(root, world.secrets)) : model,
    waits,
    log: createLog(world, options.log),
    packages: packagesFolder(world.cwd, packages),
    cache: cacheFolder(world),
    limits: { closingMs },
    cors,
    reset,
    ...fixedParts(options),
    ...(chaos === undefined ? {} : { chaos: parseChaos(chaos, random) }),
  };
}

/** Reads `gpt-4o=llama3.2`, and `*=llama3.2` for every other model. */
function parsePairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const [name = "", called = ""] = pair.split("=", 2);
      if (name !== "" && called !== "") return [name, called];
      return fail("bad_flag", `--upstream-model cannot be "${pair}"`, {
        hint: "As in: --upstream-model gpt-4o=llama3.2, or *=llama3.2 for all.",
      });
    }),
  );
}

/** The scripts of the project around the current folder; none when there is no project. */
async function projectScripts(world: World): Promise<Script[]> {
  if (findProjectRoot(world.cwd) === null) return [];
  const project = await loadSound(world, { files: "all", isSelected: (address) => address.startsWith("scenario.") });
  const config = resolveTarget(project, undefined, world.env);
  return scriptsOf(project, config, expandAll(project, config));
}

function describe({ model, upstreamBaseUrl, db, record }: Options, scripts: Script[]): string {
  const who = {
    script: `${scripts.length} ${scripts.length === 1 ? "script of this project answers" : "scripts of this project answer"}`,
    openai: `models are asked at ${printableLine(displayName({ baseUrl: upstreamBaseUrl ?? "" }))}${record === true ? ", and what they say is recorded" : ""}`,
    replay: "the recordings that serve --record wrote answer",
  }[model];
  return `${who}; everything is kept ${whereKept(db)}.`;
}

/** In words; a URL without its password. */
function whereKept(db: string | undefined): string {
  if (db === undefined) return "in memory";
  return `in ${isPostgresUrl(db) ? printableLine(nameOf(db)) : db}`;
}

/** Milliseconds that the endpoint has to list its models. */
const endpointPatience = 5_000;

/** Asks the endpoint what it has, and says what it answered: a run is a late moment to learn that nobody listens there. */
async function tellEndpoint({ stderr }: World, model: Model, stopped: AbortSignal): Promise<void> {
  const clock = createSystemClock({ keepsAlive: false });
  const asked = within(endpointPatience, clock, model.list()).then(
    ({ length }) => `It answers, and lists ${length === 1 ? "1 model" : `${length} models`}.`,
    (error: unknown) => {
      if (error instanceof ModelFailure) return `${error.message} Runs fail until that is set right.`;
      if (error instanceof TimedOut) return `It has not answered within ${endpointPatience / 1000} s.`;
      throw error;
    },
  );
  const said = await orAborted(asked, stopped).catch((error: unknown) => {
    if (!stopped.aborted) throw error;
  });
  if (said !== undefined) stderr.write(`${printable(said)}\n`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
}
