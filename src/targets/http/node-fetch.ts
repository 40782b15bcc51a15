import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { type Answer, createAnswer } from "./answer.ts";
import type { Fetch, FetchOptions } from "./connection.ts";

/** Milliseconds in which a connection has to be made, those of the platform's fetch. */
const connectTime = 10_000;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * A `fetch` through node:http. The platform's takes 100 ms of processor time and 25 MB for its first ten answers, most of it to compile its
 * parser; it gets what has a body that is a stream, and what is redirected.
 */
export const nodeFetch: Fetch = async (url, options) => {
  const { body = null, redirect } = options;
  if ((body !== null && typeof body !== "string") || redirect !== undefined) return fetch(url, options);
  const message = await send(url, options, body);
  if (!redirects.has(message.statusCode ?? 0) || message.headers.location === undefined) return answerOf(message);
  message.destroy();
  return fetch(url, options);
};

function send(url: string, { method, headers, signal }: FetchOptions, body: string | null): Promise<IncomingMessage> {
  // Importing it would read all that it exports, its WebSocket among them, for which the platform's fetch is loaded.
  const { request } = process.getBuiltinModule(url.startsWith("https:") ? "node:https" : "node:http");
  const sent: OutgoingHttpHeaders = { "accept-encoding": "gzip", ...headers };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: sent, ...(signal && { signal }) }, resolve);
    asked.on("error", reject);
    asked.on("socket", (socket) => {
      if (!socket.connecting) return;
      const giveUp = () => {
        const late = new Error("no connection in time");
        socket.destroy(Object.assign(late, { code: "ERR_SOCKET_CONNECTION_TIMEOUT" }));
      };
      socket.setTimeout(connectTime).once("timeout", giveUp);
      // The agent has a time-out of its own for connections that it keeps, which must not end a request that waits long.
      socket.once("connect", () => socket.setTimeout(0).off("timeout", giveUp));
    });
    asked.end(body ?? undefined);
  });
}

function answerOf(message: IncomingMessage): Answer {
  const { statusCode: status = 0, headers } = message;
  const named = (name: string): string | null => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  };
  const body = headers["content-encoding"] === "gzip" ? unzipped(message) : message;
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return createAnswer(
    { status, headers: { get: named } },
    {
      async read() {
        const { done = false, value } = await pieces.next();
        return done ? { done } : { done, value };
      },
      async cancel() {
        message.destroy();
      },
    },
  );
}

/** The body as it was before it was compressed; each piece as soon as it is there. */
function unzipped(message: IncomingMessage): Readable {
  const { createGunzip, constants } = process.getBuiltinModule("node:zlib");
  const flushed = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
  const { pipeline } = process.getBuiltinModule("node:stream");
  return pipeline(message, createGunzip(flushed), () => {});
}
