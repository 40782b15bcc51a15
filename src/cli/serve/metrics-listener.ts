import { listen, type Listening } from "../../server/http/listen.ts";
import type { Metrics } from "../../server/metrics.ts";
import type { Server } from "../../server/server.ts";

/** Serves `GET /metrics` on a separate address (`HOST:PORT`, or a port on loopback): everyone who can reach that address may read the metrics, API clients cannot. */
export async function listenForMetrics(
  address: string,
  metrics: Metrics,
  server: Pick<Server, "gauges">,
): Promise<Listening> {
  const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d+)$/.exec(address) ?? [];
  const app = {
    async fetch(input: string | URL | Request) {
      const { method, url } = input instanceof Request ? input : new Request(input);
      if (method !== "GET" || new URL(url).pathname !== "/metrics") return new Response("Not found\n", { status: 404 });
      const text = metrics.text(await server.gauges());
      return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
    },
    close: async () => {},
  };
  return listen(app, host.replace(/^\[(.*)\]$/, "$1"), Number(port));
}
