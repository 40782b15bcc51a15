import { keyDefaults } from "../../project/schemas/defaults.ts";
import { toMilliseconds } from "../../kit/duration.ts";
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
