import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "./children.ts";
import { byTurns, playbill, timeOf } from "./commands.ts";
import { median, type Measurement } from "./measurement.ts";
import { type TemporaryFolder, answer, question, temporaryFolder } from "./project.ts";

const assistants = 20;
const scenariosOfEach = 5;
const jobs = ["-j", "8"];

/** What a gate costs beside the same done by hand, at servers in processes of their own: every prompt changes, and every scenario is run. */
export async function gate(): Promise<Measurement[]> {
  const [gated, byHand] = [await openDesk(), await openDesk()];
  const times = await byTurns(7, {
    gate: () => gated.release(["sync", "--gate", "--yes", ...jobs]),
    hand: () => byHand.release(["plan"], ["test", ...jobs], ["sync", "--yes"]),
  });
  await gated.close();
  await byHand.close();
  const byHandTime = median(times.hand);
  return [
    {
      name: `sync --gate of ${assistants} changed assistants, ${assistants * scenariosOfEach} scenarios`,
      value: median(times.gate),
      unit: "ms",
      target: byHandTime * 1.15,
      peer: { name: "plan, test and sync by hand", value: byHandTime },
    },
  ];
}

/** A project with a server of its own, of which each release changes every prompt, and is timed. */
async function openDesk() {
  const folder = await temporaryFolder();
  await writeFile(join(folder.path, "playbill.yaml"), "project: bench\n");
  await writeScenarios(folder);
  await writePrompts(folder, 0);
  const server = await serve(playbill("serve", "--port", "0", "--db", ":memory:"), folder.path);
  const target = `{ api: assistants, base_url: "${server.url}/v1", api_key: none }`;
  await writeFile(join(folder.path, "playbill.yaml"), `project: bench\ntargets: { live: ${target} }\n`);
  let number = 0;
  return {
    async release(...commands: string[][]): Promise<number> {
      number += 1;
      await writePrompts(folder, number);
      let time = 0;
      for (const command of commands) time += await timeOf(playbill(...command), folder.path);
      return time;
    },
    async close(): Promise<void> {
      await server.stop();
      await folder.remove();
    },
  };
}

async function writePrompts({ path }: TemporaryFolder, number: number): Promise<void> {
  await mkdir(join(path, "assistants"), { recursive: true });
  for (let each = 0; each < assistants; each += 1) {
    await writeFile(
      join(path, `assistants/desk-${each}.yaml`),
      `model: gpt-4o-mini\ninstructions: You answer questions about the weather in region ${each}, by rule ${number}.\n`,
    );
  }
}

async function writeScenarios({ path }: TemporaryFolder): Promise<void> {
  await mkdir(join(path, "scenarios"));
  for (let each = 0; each < assistants * scenariosOfEach; each += 1) {
    await writeFile(
      join(path, `scenarios/city-${each}.yaml`),
      `assistant: desk-${each % assistants}
turns:
  - user: ${question(each, 0)}
    script: [{ say: "${answer(each, 0)}" }]
    expect: { reply: { contains: city ${each} } }
`,
    );
  }
}
