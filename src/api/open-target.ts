import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundlePathOf } from "../project/bundle-path.ts";
import { linkOutOnTheWay } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import type { Script } from "../project/script.ts";
import { fail } from "../problem.ts";
import { dialects } from "../resources/dialects.ts";
import { createSystemClock } from "../kit/clock.ts";
import { writeWhole } from "../kit/files.ts";
import { createWaits } from "../kit/waits.ts";
import type { Connection } from "../targets/http/connection.ts";
import { nodeFetch } from "../targets/http/node-fetch.ts";
import { createTarget } from "../targets/open.ts";
import type { Target } from "../targets/target.ts";
import { keyOf } from "./key-command.ts";
import { cacheFolder, ensureStateFolder, projectPackages } from "./folders.ts";
import type { Context } from "./context.ts";

/** An open target. */
export interface OpenTarget {
  name: string;
  target: Target;
  /** The server inside this process; its state is in `.playbill/`. */
  isEmbedded: boolean;
  /** The origin recorded in evidence; for an embedded server also with its model. */
  testedAt: string;
  close(): Promise<void>;
}

interface OpenOptions {
  /** The scripts of the embedded server's model. */
  scripts: Script[];
  /** When false, an embedded server neither changes nor creates state on disk. */
  willWrite: boolean;
  /** When true, an embedded server starts empty and stays in memory, which is faster. */
  isThrowAway?: boolean;
  /** The maximum number of parallel requests to the target. */
  concurrency?: number;
}

const retries = 4;

/** Opens a target: starts the embedded server in this process; does not contact any other target yet. */
export async function openTarget(
  context: Context,
  project: Project,
  config: ResolvedTarget,
  options: OpenOptions,
): Promise<OpenTarget> {
  if (config.server === "embedded") return openEmbedded(context, project, config, options);
  const { base_url, api_key: apiKey, organization = null, openai_project = null, query, headers } = config;
  const baseUrl = base_url ?? dialects[config.api].baseUrl;
  if (baseUrl === null) throw new Error(`target ${config.name} was not checked to lead somewhere`);
  if (apiKey === "") {
    return fail("missing_api_key", `the api_key of target ${config.name} is empty`, {
      hint: "Set its environment variable, or remove api_key if the server needs none.",
      place: project.settings.place(["targets", config.name, "api_key"], "key"),
    });
  }
  const { address, login } = splitLogin(baseUrl);
  if (login !== undefined && apiKey !== undefined) {
    return fail("conflicting_keys", `target ${config.name} has a user in its base_url and an api_key`, {
      hint: "Both would be sent as the Authorization header: remove one.",
      place: project.settings.place(["targets", config.name, "base_url"], "key"),
    });
  }
  const target = createTarget(config.api, {
    baseUrl: address,
    ...(login === undefined ? {} : { login }),
    ...keptAt(project, config),
    redact: context.secrets.redact,
    ...keyOf(context, project, apiKey ?? null, `target ${config.name}`),
    ...(query !== undefined && { query }),
    ...(headers !== undefined && { headers }),
    organization,
    project: openai_project,
    fetch: nodeFetch,
    retries,
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    clock: createSystemClock({ keepsAlive: true }),
    random: Math.random,
    signal: context.signal,
  });
  return { name: config.name, target, isEmbedded: false, testedAt: target.origin, close: async () => {} };
}

/** Where a target stores conversations, and the file to which it publishes assistants. */
function keptAt(project: Pick<Project, "root">, config: ResolvedTarget): Pick<Connection, "state" | "published"> {
  const path = bundlePathOf(config.name, config);
  const file = join(project.root, path);
  const isNotThere = (error: NodeJS.ErrnoException) => error.code === "ENOENT";
  return {
    ...(config.state !== undefined && { state: config.state }),
    published: {
      path,
      async read() {
        refuseLinkOut(project.root, path);
        return readFile(file, "utf8").catch((error: Error) => (isNotThere(error) ? null : Promise.reject(error)));
      },
      async write(text) {
        refuseLinkOut(project.root, path);
        await writeWhole(file, text);
      },
    },
  };
}

function refuseLinkOut(root: string, path: string): void {
  const link = linkOutOnTheWay(root, path);
  if (link === null) return;
  fail("outside_project", `"${link}", on the way to the bundle ${path}, is a link out of the project`, {
    hint: "Put the folder itself into the project, or name another bundle.",
  });
}

/** A URL without its user and password, which fetch does not accept and messages must not show. */
export function splitLogin(written: string): {
  address: string;
  login: { user: string; password: string } | undefined;
} {
  const url = new URL(written);
  if (url.username === "" && url.password === "") return { address: written, login: undefined };
  const login = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  [url.username, url.password] = ["", ""];
  return { address: url.href, login };
}

async function openEmbedded(
  context: Context,
  project: Project,
  config: ResolvedTarget,
  options: OpenOptions,
): Promise<OpenTarget> {
  const { openServer } = await import("../server/server.ts");
  const { modelOf } = await import("./model.ts");
  const file = join(project.root, ".playbill", `${config.name}.db`);
  if (options.willWrite) await ensureStateFolder(project.root);
  const waits = createWaits();
  const server = await openServer({
    log: (entry) => (entry.kind === "fault" ? context.tell(entry) : undefined),
    cache: cacheFolder(context),
    packages: projectPackages(project, config),
    ...(context.reader && { reader: { ...context.reader, close: async () => {} } }),
    database: options.isThrowAway !== true && (options.willWrite || existsSync(file)) ? file : ":memory:",
    keepsChanges: options.willWrite,
    waits,
    model: await modelOf({
      model: config.model ?? "script",
      root: project.root,
      secrets: context.secrets,
      scripts: options.scripts,
      upstreamBaseUrl: config.upstream_base_url,
      upstreamApiKey: config.upstream_api_key,
      onWaiting: waits.tell,
    }),
  });
  const target = createTarget(config.api, {
    inProcess: true,
    ...keptAt(project, config),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    redact: context.secrets.redact,
    baseUrl: "http://embedded/v1",
    apiKey: null,
    organization: null,
    project: null,
    fetch: (input, init) => server.fetch(input, init),
    retries: 0,
    clock: createSystemClock({ keepsAlive: true }),
    random: Math.random,
    signal: context.signal,
    // It still exists but may be busy ending Python.
    patience: 10_000,
  });
  return {
    name: config.name,
    target,
    isEmbedded: true,
    testedAt: [target.origin, config.model ?? "script", ...endpointOf(config)].join(" "),
    close: () => server.close(),
  };
}

/** The endpoint behind an embedded server, without its user, password and query. */
function endpointOf({ upstream_base_url: url }: ResolvedTarget): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { origin, pathname } = new URL(url);
  return [`${origin}${pathname}`];
}
