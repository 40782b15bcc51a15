import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../../../src/server/http/listen.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { openServer } from "../../../src/server/server.ts";
import { scriptsOf } from "../scripts.ts";
import { lines } from "./lines.ts";

const model = createScriptedModel({
  scripts: scriptsOf(lines),
  delay: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
});
const app = await openServer({ database: process.argv[2] ?? ":memory:", model, limits: { pollAfterMs: 1 } });
const { url } = await listen(app, "127.0.0.1", 0);
console.log(url);
