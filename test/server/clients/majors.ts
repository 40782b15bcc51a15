import OpenAI from "openai";
import OpenAI4 from "openai-4";
import OpenAI5 from "openai-5";
import OpenAI6 from "openai-6";
import { inject, onTestFinished } from "vitest";
import type { OpenedStore } from "../../../src/server/store/store.ts";
import { listen } from "../../../src/server/http/listen.ts";
import { startServer } from "../harness.ts";
import { storesOfOneDatabase } from "../postgres.ts";
import { lines } from "../runs/lines.ts";
import type { Lines } from "../scripts.ts";
import type { Dialect } from "./dialect.ts";
import { named } from "./named.ts";
import { positional } from "./positional.ts";

interface Options {
  apiKey: string;
  baseURL: string;
  maxRetries: number;
}

const connectNewest = (options: Options): Dialect => named(new OpenAI(options));

/** The official client in one of its versions, and what the server that it is tried on keeps everything in, when that is not memory. */
export interface Major {
  major: string;
  connect: (options: Options) => Dialect;
  open?: () => Promise<OpenedStore>;
}

/** The newest version. */
export const newest: Major = { major: "7", connect: connectNewest };

/** The major versions of the official client that speak the Assistants API, version 2; the newest also with PostgreSQL behind the server. */
export const majors: Major[] = [
  { major: "4", connect: (options) => positional(new OpenAI4(options)) },
  { major: "5", connect: (options) => named(new OpenAI5(options) as unknown as OpenAI) },
  { major: "6", connect: (options) => named(new OpenAI6(options) as unknown as OpenAI) },
  newest,
  ...(inject("postgres") ? [{ ...newest, major: "7, on PostgreSQL,", open: storesOfOneDatabase() }] : []),
];

/** A client on a server of its own, over a real socket: older clients bring a transport of their own. */
export async function connected(
  { connect, open }: Major,
  more: Lines = {},
): Promise<Dialect & { assistantId: string }> {
  const server = await startServer({ lines: { ...lines, ...more }, ...(open && { store: await open() }) });
  const listening = await listen({ fetch: server.contract.fetch, close: () => server.close() }, "127.0.0.1", 0);
  onTestFinished(() => listening.close());
  const dialect = connect({ apiKey: "key", baseURL: `${listening.url}/v1`, maxRetries: 0 });
  const tools = [{ type: "function", function: { name: "get_weather", parameters: { type: "object" } } }] as const;
  const { id } = await dialect.api.beta.assistants.create({ model: "m", name: "tester", tools: [...tools] });
  return { ...dialect, assistantId: id };
}
