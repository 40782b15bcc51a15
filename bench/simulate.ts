import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../src/kit/random.ts";
import { assumed, costOfRun, limitOf, planFor, resources, type Costs, type Resource } from "./capacity/model.ts";
import { simulate } from "./capacity/queues.ts";

/** Prints what saturates first, and what loads up to 10,000 runs a second need, with the costs that bench/capacity/measure.ts measured. */
const { command, costs } = JSON.parse(readFileSync(join(import.meta.dirname, "capacity/constants.json"), "utf8")) as {
  command: string;
  costs: Costs;
};

const round = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 0 });
const table = (rows: string[][]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `| ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(" | ")} |`)
    .join("\n");
};

console.log(`Measured by: ${command}\n`);
const units = ["server ms", "database ms", "commits", "rows written", "WAL bytes", "stored bytes"];
const keys = ["serverMs", "databaseMs", "commits", "writes", "walBytes", "storedBytes"] as const;
const all = { ...costs, "a run with its accompanying requests": costOfRun(costs, assumed) };
console.log(
  table([
    ["of one", ...units],
    ...Object.entries(all).map(([name, cost]) => [name].concat(keys.map((key) => round(cost[key])))),
  ]),
);

console.log("\nAssumed (bench/capacity/model.ts):\n");
console.log(table(Object.entries(assumed).map(([name, value]) => [name, round(value)])));

const names: Record<Resource, string> = {
  replica: "the processor of one replica",
  processors: "the processors of one database",
  wal: "the write rate of its disk",
  room: "the space on its disk",
  connections: "its connections",
};
console.log("\nWhat is not enough any more from which load on, of one replica and one database:\n");
const limits = resources
  .map((resource): [string, number] => [names[resource], limitOf(resource, costs, assumed)])
  .toSorted(([, one], [, other]) => one - other);
console.log(table([["resource", "runs a second"], ...limits.map(([name, load]) => [name, round(load)])]));

console.log("\nWhat a load needs, how full that is, and how long a run waits for others (simulated, ms):\n");
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const rows = [1, 10, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].map((load) => {
  const plan = planFor(load, costs, assumed);
  const { median, p99 } = simulate(plan, costs, assumed, createRandom(1));
  const of = { alone: "1", divided: "2, tenants divided", spread: `${plan.databases}, spread` };
  const used = resources.map((resource) => percent(plan.used[resource]));
  return [round(load), round(plan.replicas), of[plan.kind]].concat(used, median.toFixed(1), p99.toFixed(1));
});
console.log(table([["runs/s", "replicas", "databases", ...resources, "p50", "p99"], ...rows]));
