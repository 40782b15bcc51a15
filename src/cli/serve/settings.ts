import { keyDefaults } from "../../project/schemas/defaults.ts";
import { relative, resolve } from "node:path";
import { readProject } from "../../api/load.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import { ProblemError } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { resolveServe } from "../../project/resolve-serve.ts";
import type { World } from "../world.ts";
import type { LogFormat } from "./log.ts";

/** All settings of `playbill serve`, from options or from `serve:` in playbill.yaml; test/cli/serve-settings.test.ts keeps the two in step. */
export interface ServeSettings {
  port: number;
  host: string;
  apiKey?: string;
  /** The file of keys. */
  apiKeys?: string;
  /** A file or a URL; absent for a server in memory. */
  db?: string;
  /** The maximum number of connections to PostgreSQL. */
  dbConnections?: number;
  model: "script" | "openai" | "replay";
  upstreamBaseUrl?: string;
  upstreamApiKey?: string;
  upstreamModels: Readonly<Record<string, string>>;
  packages?: string;
  log: LogFormat;
  cors?: boolean;
  /** `HOST:PORT`, or a port on loopback. */
  metrics?: string;
  /** Milliseconds. */
  drain: number;
}

/** The default settings. */
export const serveDefaults: ServeSettings = {
  port: keyDefaults.serve.port,
  host: keyDefaults.serve.host,
  model: keyDefaults.serve.model,
  log: keyDefaults.serve.log,
  upstreamModels: {},
  drain: toMilliseconds(keyDefaults.serve.drain),
};

/** `serve:` of the current folder's project, with paths relative to that folder; empty without a project. Throws a ProblemError. */
export async function serveSettings(world: World): Promise<Partial<ServeSettings>> {
  const root = findProjectRoot(world.cwd);
  if (root === null) return {};
  const { project, problems } = await readProject(world, { files: "none" });
  if (project === null) throw new ProblemError(problems);
  const written = resolveServe(project, world.env);
  const path = (file: string): string => (file.includes("://") ? file : relative(world.cwd, resolve(root, file)));
  const settings: Partial<ServeSettings> = {
    port: written.port,
    host: written.host,
    apiKey: written.api_key,
    apiKeys: written.api_keys && path(written.api_keys),
    db: written.db && path(written.db),
    dbConnections: written.db_connections,
    model: written.model,
    upstreamBaseUrl: written.upstream_base_url,
    upstreamApiKey: written.upstream_api_key,
    upstreamModels: written.upstream_models,
    packages: written.packages && path(written.packages),
    log: written.log,
    cors: written.cors,
    metrics: written.metrics,
    drain: written.drain === undefined ? undefined : toMilliseconds(written.drain),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
