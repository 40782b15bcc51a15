import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../scripts/bundle.ts";
import { chaos } from "./chaos.ts";
import { dialects } from "./dialects.ts";
import { gate } from "./gate.ts";
import { install } from "./install.ts";
import type { Subject } from "./measurement.ts";
import { page } from "./page.ts";
import { besidePromptfoo } from "./promptfoo.ts";
import { replicas } from "./replicas.ts";
import { scenarios } from "./scenarios.ts";
import { server } from "./server.ts";
import { startup } from "./startup.ts";
import { sync } from "./sync.ts";
import { renderTable } from "./table.ts";
import { validate } from "./validate.ts";

const { values, positionals: asked } = parseArgs({
  options: { json: { type: "boolean" }, promptfoo: { type: "string" } },
  allowPositionals: true,
});
const { promptfoo } = values;
const subjects: Record<string, Subject> = {
  startup,
  validate,
  sync,
  gate,
  scenarios,
  chaos,
  dialects,
  server,
  replicas,
  page,
  install,
  ...(promptfoo !== undefined && { promptfoo: besidePromptfoo(promptfoo) }),
};

const unknown = asked.find((name) => !(name in subjects));
if (unknown !== undefined) {
  throw new Error(`there is no benchmark "${unknown}"; there are: ${Object.keys(subjects).join(", ")}`);
}
// What processes run, and the modules of it that peers load by themselves (peers/built.ts).
await bundle(join(import.meta.dirname, "../dist"), ["server/server", "server/models/script"]);
const measured = [];
for (const [name, subject] of Object.entries(subjects)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`measuring ${name} ...`);
  measured.push(...(await subject()));
}
console.log(values.json === true ? JSON.stringify(measured, null, 2) : renderTable(measured));
