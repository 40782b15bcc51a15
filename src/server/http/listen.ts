import { createAdaptorServer } from "@hono/node-server";
import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { setTimeout as timeout } from "node:timers/promises";
import { ProblemError, problem } from "../../problem.ts";
import type { App } from "./app.ts";

/** A server on a port. */
export interface Listening {
  /** For example `http://127.0.0.1:4010`. */
  url: string;
  /** Takes no more requests, lets runs finish as long as the app's limits say, and then closes what is still open. */
  close(): Promise<void>;
}

/** How long closing waits for the last bytes of streams to be read, in milliseconds. */
const lastBytesMs = 500;

/** Serves the app; port 0 takes any free one. Throws a ProblemError when the port cannot be had. */
export async function listen(app: App, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request) => app.fetch(request),
    overrideGlobalObjects: false,
  }) as Server;
  const answers = new Set<ServerResponse>();
  server.on("request", (_, answer) => {
    answers.add(answer);
    answer.once("close", () => answers.delete(answer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(unavailable(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await app.close();
      const closing = Promise.allSettled([...answers].map((answer) => once(answer, "close")));
      await Promise.race([closing, timeout(lastBytesMs, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

const hints: Record<string, string> = {
  EADDRINUSE: "Something else listens there. Choose another port, or end what listens.",
  EACCES: "Ports below 1024 need rights that you do not have. Choose another one.",
  EADDRNOTAVAIL: "This machine has no such address. Choose 127.0.0.1 or 0.0.0.0.",
};

function unavailable(error: NodeJS.ErrnoException, host: string, port: number): ProblemError {
  const hint = hints[error.code ?? ""];
  const found = problem("cannot_listen", `cannot listen on ${host}:${port}: ${error.message}`, {
    ...(hint && { hint }),
  });
  return new ProblemError([found], { cause: error });
}
