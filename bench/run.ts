import { install } from "./install.ts";
import type { Subject } from "./measurement.ts";
import { scenarios } from "./scenarios.ts";
import { server } from "./server.ts";
import { startup } from "./startup.ts";
import { sync } from "./sync.ts";
import { renderTable } from "./table.ts";
import { validate } from "./validate.ts";

const subjects: Record<string, Subject> = { startup, validate, sync, scenarios, server, install };

const asked = process.argv.slice(2).filter((argument) => argument !== "--json");
const unknown = asked.find((name) => !(name in subjects));
if (unknown !== undefined) {
  throw new Error(`there is no benchmark "${unknown}"; there are: ${Object.keys(subjects).join(", ")}`);
}
const measured = [];
for (const [name, subject] of Object.entries(subjects)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`measuring ${name} ...`);
  measured.push(...(await subject()));
}
console.log(process.argv.includes("--json") ? JSON.stringify(measured, null, 2) : renderTable(measured));
