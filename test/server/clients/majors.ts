import OpenAI from "openai";
import OpenAI4 from "openai-4";
import OpenAI5 from "openai-5";
import OpenAI6 from "openai-6";
import { onTestFinished } from "vitest";
import { listen } from "../../../src/server/http/listen.ts";
import { startServer } from "../harness.ts";
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

/** The major versions of the official client that speak the Assistants API, version 2. */
export const majors: { major: number; connect: (options: Options) => Dialect }[] = [
  { major: 4, connect: (options) => positional(new OpenAI4(options)) },
  { major: 5, connect: (options) => named(new OpenAI5(options) as unknown as OpenAI) },
  { major: 6, connect: (options) => named(new OpenAI6(options) as unknown as OpenAI) },
  { major: 7, connect: (options) => named(new OpenAI(options)) },
];

/** A client on a server of its own, over a real socket: older clients bring a transport of their own. */
export async function connected(
  connect: (options: Options) => Dialect,
  more: Lines = {},
): Promise<Dialect & { assistantId: string }> {
  const server = await startServer({ lines: { ...lines, ...more } });
  const listening = await listen({ fetch: server.contract.fetch, close: () => server.close() }, "127.0.0.1", 0);
  onTestFinished(() => listening.close());
  const dialect = connect({ apiKey: "key", baseURL: `${listening.url}/v1`, maxRetries: 0 });
  const tools = [{ type: "function", function: { name: "get_weather", parameters: { type: "object" } } }] as const;
  const { id } = await dialect.api.beta.assistants.create({ model: "m", name: "tester", tools: [...tools] });
  return { ...dialect, assistantId: id };
}
