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
  /** Stops accepting requests, lets runs finish within the app's limits, and then closes remaining connections. */
  close(): Promise<void>;
}

/** How long closing waits until the last bytes of streams are read, in milliseconds. */
const lastBytesMs = 500;

/** Serves the app; port 0 means any free port. Throws a ProblemError when the port is not available. */
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
  EADDRINUSE: "Another process listens on this port. Choose another port, or stop that process.",
  EACCES: "Ports below 1024 require privileges that you do not have. Choose another port.",
  EADDRNOTAVAIL: "This machine has no such address. Choose 127.0.0.1 or 0.0.0.0.",
};

function unavailable(error: NodeJS.ErrnoException, host: string, port: number): ProblemError {
  const hint = hints[error.code ?? ""];
  const found = problem("cannot_listen", `cannot listen on ${host}:${port}: ${error.message}`, {
    ...(hint && { hint }),
  });
  return new ProblemError([found], { cause: error });
}
