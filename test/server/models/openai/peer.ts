import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { createChatCompletionsModel } from "../../../../src/server/models/openai.ts";
import type { Model } from "../../../../src/server/models/model.ts";

/** How the peer answers one request: pieces go out one by one, then the answer ends, breaks off or is left hanging. */
export interface Answer {
  /** What happens instead of an answer. */
  never?: "break" | "hang";
  status?: number;
  headers?: Record<string, string>;
  pieces?: (string | Uint8Array)[];
  end?: "close" | "break" | "hang";
}

/** A request as the peer got it. */
interface Heard {
  method: string;
  path: string;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}

export interface Peer {
  model: Model;
  heard: Heard[];
  /** What was waited between repeats, in milliseconds. */
  waits: number[];
  /** Resolves when a client leaves before its answer has ended. */
  abandoned: Promise<void>;
}

export const key = "sk-very-secret";
const patience = { answer: 300, idle: 200, retries: 2, longestWait: 30_000 };

/** An HTTP server on loopback that answers request n with answer n, the last one again and again; and a model that talks to it. */
export async function startPeer(answers: Answer[], models: Record<string, string> = {}): Promise<Peer> {
  const heard: Heard[] = [];
  const waits: number[] = [];
  const { promise: abandoned, resolve: abandon } = Promise.withResolvers<void>();
  const { promise: hanging, resolve: hang } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    response.once("close", () => response.writableEnded || abandon());
    void (async () => {
      const text = await Array.fromAsync(request as AsyncIterable<Buffer>);
      const body = JSON.parse(Buffer.concat(text).toString() || "{}") as Heard["body"];
      heard.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
      const answer = answers[Math.min(heard.length, answers.length) - 1] ?? {};
      await play(answer, response);
      if (answer.never === "hang" || answer.end === "hang") hang();
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { model: modelAt(`http://127.0.0.1:${port}/v1/`, { models, waits, hanging }), heard, waits, abandoned };
}

interface ModelOptions {
  models?: Record<string, string>;
  /** Gets what is waited between repeats, in milliseconds. */
  waits?: number[];
  /** Resolves when the endpoint hangs; no time-out is over before that, however slow the machine is. */
  hanging?: Promise<void>;
}

/** Waits between repeats are skipped. */
export function modelAt(
  baseUrl: string,
  { models = {}, waits = [], hanging = new Promise(() => {}) }: ModelOptions = {},
): Model {
  return createChatCompletionsModel({
    baseUrl,
    apiKey: key,
    models,
    fetch,
    clock: {
      now: () => Date.parse("2026-11-22T12:00:00Z"),
      after(milliseconds, work) {
        const isLimit = milliseconds === patience.answer || milliseconds === patience.idle;
        if (!isLimit) waits.push(milliseconds);
        const stop = new AbortController();
        const delay = isLimit ? milliseconds : 0;
        const ring = () => setTimeout(delay, null, { signal: stop.signal }).then(work, () => {});
        if (isLimit) void hanging.then(ring);
        else void ring();
        return () => stop.abort();
      },
    },
    limits: patience,
  });
}

async function play(answer: Answer, response: ServerResponse): Promise<void> {
  const { never, status = 200, headers = {}, pieces = [], end = "close" } = answer;
  if (never === "break") response.destroy();
  if (never !== undefined) return;
  response.writeHead(status, { "content-type": "text/event-stream", ...headers });
  response.flushHeaders();
  for (const piece of pieces) {
    response.write(piece);
    await setImmediate();
  }
  if (end === "close") response.end();
  if (end === "break") response.destroy();
}

/** Chunks as server-sent events. */
export function events(...data: unknown[]): string {
  return data.map((each) => `data: ${typeof each === "string" ? each : JSON.stringify(each)}\n\n`).join("");
}

/** A chunk with this delta. */
export function delta(said: Record<string, unknown>, finish: string | null = null): Record<string, unknown> {
  return { object: "chat.completion.chunk", choices: [{ index: 0, delta: said, finish_reason: finish }] };
}

export const usage = {
  object: "chat.completion.chunk",
  choices: [],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
};

/** A plain answer, streamed. */
export const hello: Answer = {
  pieces: [events(delta({ role: "assistant", content: "Hello" }), delta({}, "stop"), usage, "[DONE]")],
};

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, pieces: [JSON.stringify(body)] };
}
