import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import { outputOf, serve } from "./children.ts";
import { playbill } from "./commands.ts";
import type { Measurement } from "./measurement.ts";
import { writeProject } from "./project.ts";

const count = 500;
const faults = "429=0.2,500=0.05,drop=0.2";

interface Report {
  results: { id: string; status: string; verdicts: { pass: boolean; sentence: string }[] }[];
}

/** What faults of a target change: 500 conversations of two turns at `playbill serve --chaos`, of which every tenth fails, beside the embedded server. */
export async function chaos(): Promise<Measurement[]> {
  const { path, remove } = await writeProject({ scenarios: count, turns: 2, delay: 0 });
  for (let scenario = 0; scenario < count; scenario += 10) {
    const file = join(path, `scenarios/city-${scenario}.yaml`);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(`contains: city ${scenario} }`, "contains: nowhere }"));
  }
  const server = await serve(playbill("serve", "--port", "0", "--chaos", faults, "--seed", "1"), path);
  const targets = `targets: { local: { api: assistants, server: embedded, model: script }, rough: { api: assistants, base_url: "${server.url}/v1" } }\n`;
  await writeFile(join(path, "playbill.yaml"), `project: bench\ndefault_target: local\n${targets}`);
  const calm = await timed(() => outputOf(playbill("test", "--json"), path));
  const rough = await timed(() => outputOf(playbill("test", "--json", "--target", "rough"), path));
  const client = new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries: 20 });
  const left = await Array.fromAsync(client.beta.assistants.list());
  await server.stop();
  await remove();
  const expected = verdictsOf(calm.output as Report);
  const differing = [...verdictsOf(rough.output as Report)].filter(([id, verdict]) => verdict !== expected.get(id));
  const under = `${count} scenarios under faults (${faults})`;
  return [
    { name: under, value: rough.time, unit: "ms", target: null, peer: { name: "without faults", value: calm.time } },
    {
      name: "verdicts that differ from those without",
      value: differing.length,
      unit: "scenarios",
      target: 0,
      peer: null,
    },
    { name: "assistants left at the target", value: left.length, unit: "objects", target: 0, peer: null },
  ];
}

/** What is said of each scenario, by its id. */
function verdictsOf({ results }: Report): Map<string, string> {
  const why = (verdicts: Report["results"][number]["verdicts"]) =>
    verdicts.filter(({ pass }) => !pass).map(({ sentence }) => sentence);
  return new Map(results.map(({ id, status, verdicts }) => [id, JSON.stringify([status, why(verdicts)])]));
}

async function timed(work: () => Promise<unknown>): Promise<{ time: number; output: unknown }> {
  const begin = performance.now();
  const output = await work();
  return { time: performance.now() - begin, output };
}
