import { findProjectRoot } from "../project/files.ts";
import { resolveTarget } from "../project/resolve-target.ts";
import type { Script } from "../project/script.ts";
import { fail } from "../problem.ts";
import { scriptOf } from "../scenarios/scripts.ts";
import { listen } from "../server/listen.ts";
import { openServer } from "../server/server.ts";
import { desiredAssistants } from "../sync/desired.ts";
import { displayName, expandAll } from "./expansion.ts";
import { loadSound } from "./load.ts";
import { modelOf } from "./model.ts";
import type { World } from "./world.ts";

interface Options {
  port: number;
  host: string;
  apiKey?: string;
  db?: string;
  model: "script" | "openai";
  upstreamBaseUrl?: string;
  upstreamApiKey?: string;
}

/** `playbill serve`: the embedded server on a port, until it is interrupted. */
export async function serve(world: World, options: Options): Promise<number> {
  const apiKey = options.apiKey ?? world.env.PLAYBILL_API_KEY;
  if (!isLoopback(options.host) && (apiKey === undefined || apiKey === "")) {
    return fail(
      "input",
      "key_needed",
      `on ${options.host} others could reach the server, and it would ask for no key`,
      {
        hint: "Give --api-key (or PLAYBILL_API_KEY), or listen on 127.0.0.1.",
      },
    );
  }
  const scripts = options.model === "script" ? await projectScripts(world) : [];
  const model = modelOf({
    model: options.model,
    scripts,
    upstreamBaseUrl: options.upstreamBaseUrl,
    upstreamApiKey: options.upstreamApiKey ?? world.env.OPENAI_API_KEY,
  });
  const app = openServer({ database: options.db ?? ":memory:", model, ...(apiKey === undefined ? {} : { apiKey }) });
  try {
    const listening = await listen(app, options.host, options.port);
    world.stdout.write(`Assistants API on ${listening.url}/v1\n`);
    world.stderr.write(`${describe(options, scripts)}\nCtrl-C ends it.\n`);
    await interrupted(world.signal);
    await listening.close();
    return 0;
  } finally {
    await app.close();
  }
}

/** The scripts of the project around the current folder; none when there is no project. */
async function projectScripts(world: World): Promise<Script[]> {
  if (findProjectRoot(world.cwd) === null) return [];
  const project = await loadSound(world);
  const config = resolveTarget(project, undefined, world.env);
  const desired = desiredAssistants(project, config);
  return expandAll(project, config).map((scenario) => scriptOf(scenario, displayName(scenario, desired)));
}

function describe({ model, upstreamBaseUrl, db }: Options, scripts: Script[]): string {
  const who = model === "script" ? `${scripts.length} scripts of this project answer` : `${upstreamBaseUrl} answers`;
  return `${who}; everything is kept ${db === undefined ? "in memory" : `in ${db}`}.`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
