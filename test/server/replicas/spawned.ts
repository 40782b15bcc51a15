import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../../../src/server/http/listen.ts";
import { openServer } from "../../../src/server/server.ts";
import type { Model } from "../../../src/server/models/model.ts";

/** A replica in a process of its own: `database leaseMs pieces...`; it says its pieces with a few milliseconds between them. */
const [database = "", leaseMs = "", ...pieces] = process.argv.slice(2);
const model: Model = {
  async *respond(_, signal) {
    for (const delta of pieces) {
      await sleep(5 + Math.random() * 10, undefined, { signal });
      yield { kind: "text", delta };
    }
    yield { kind: "usage", promptTokens: 1, completionTokens: pieces.length };
    yield { kind: "finish", reason: "stop" };
  },
  list: async () => [],
};
const app = await openServer({
  database,
  model,
  connections: 4,
  limits: { pollAfterMs: 1, leaseMs: Number(leaseMs) },
  log: (entry) => {
    if (entry.kind === "fault") console.error(entry.error);
  },
});
const { url } = await listen(app, "127.0.0.1", 0);
console.log(url);
