import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";

/** The built site. */
const built = join(import.meta.dirname, "../dist");

interface ServedSite extends AsyncDisposable {
  origin: string;
  /** Address of the home page; ends with a slash. */
  url: string;
}

/** Serves the built site on loopback as a plain static server does, under a path. */
export async function serveSite(path: string): Promise<ServedSite> {
  const files = serveStatic({ root: built, rewriteRequestPath: (requested) => requested.slice(path.length - 1) });
  const app = new Hono().use(`${path}*`, files);
  const { promise: listening, resolve } = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, resolve);
  const { port } = await listening;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    url: `${origin}${path}`,
    [Symbol.asyncDispose]: () => new Promise((closed) => void server.close(() => closed())),
  };
}
