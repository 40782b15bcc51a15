import { relative, resolve } from "node:path";
import { expandAll, scriptsOf } from "../../api/expansion.ts";
import { loadSound, readProject } from "../../api/load.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import { ProblemError } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { resolveServe } from "../../project/resolve-serve.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import type { Script } from "../../project/script.ts";
import type { World } from "../world.ts";
import type { ServeSettings } from "./settings.ts";

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

/** The scripts of the project of the current folder. */
export async function projectScripts(world: World): Promise<Script[]> {
  const project = await loadSound(world, { files: "all", isSelected: (address) => address.startsWith("scenario.") });
  const config = resolveTarget(project, undefined, world.env);
  return scriptsOf(project, config, expandAll(project, config));
}
