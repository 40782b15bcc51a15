import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serve, type Serving } from "./children.ts";
import { byTurns, peakOf, peer, playbill, timeOf } from "./commands.ts";
import { median, type Measurement } from "./measurement.ts";
import { temporaryFolder } from "./project.ts";

const assistants = 1_000;
const files = 5_000;

/** What reconciling large projects with a server in a process of its own costs. */
export async function sync(): Promise<Measurement[]> {
  return [...(await manyAssistants()), ...(await muchKnowledge())];
}

async function manyAssistants(): Promise<Measurement[]> {
  const { path, remove } = await temporaryFolder();
  const server = await serve(playbill("serve", "--port", "0", "--db", ":memory:"), path);
  const other = await serve(playbill("serve", "--port", "0", "--db", ":memory:"), path);
  await writeAssistants(path, server);
  const first = await timeOf(playbill("sync", "--yes"), path);
  const bare = await timeOf(peer("peers/create-assistants.ts", `${other.url}/v1`, String(assistants)), path);
  const times = await byTurns(5, {
    plan: () => timeOf(playbill("plan"), path),
    validate: () => timeOf(playbill("validate"), path),
  });
  const memory = await peakOf(playbill("plan"), path);
  await server.stop();
  await other.stop();
  await remove();
  return [
    {
      name: "plan 1,000 unchanged assistants",
      value: median(times.plan),
      unit: "ms",
      target: median(times.validate) * 1.25,
      peer: { name: "validate of the same project", value: median(times.validate) },
    },
    { name: "the same, memory (resident)", value: memory, unit: "MB", target: 200, peer: null },
    {
      name: "first sync of 1,000 assistants",
      value: first,
      unit: "ms",
      target: null,
      peer: { name: "a loop of the official client that creates and reads them, four at once", value: bare },
    },
  ];
}

async function muchKnowledge(): Promise<Measurement[]> {
  const { path, remove } = await temporaryFolder();
  const server = await serve(playbill("serve", "--port", "0", "--db", ":memory:"), path);
  await writeKnowledge(path, server);
  const first = await timeOf(playbill("sync", "--yes"), path);
  const times = await byTurns(5, { plan: () => timeOf(playbill("plan"), path) });
  await server.stop();
  await remove();
  return [
    { name: "first sync of 5,000 knowledge files", value: first, unit: "ms", target: null, peer: null },
    { name: "plan 5,000 unchanged knowledge files", value: median(times.plan), unit: "ms", target: 2_000, peer: null },
  ];
}

async function writeTarget(path: string, { url }: Serving): Promise<void> {
  await writeFile(
    join(path, "playbill.yaml"),
    `project: bench\ntargets:\n  local: { api: assistants, base_url: "${url}/v1", api_key: none }\n`,
  );
}

async function writeAssistants(path: string, server: Serving): Promise<void> {
  await writeTarget(path, server);
  await mkdir(join(path, "assistants/tools"), { recursive: true });
  for (let tool = 0; tool < 50; tool += 1) {
    await writeFile(
      join(path, `assistants/tools/look_up_${tool}.yaml`),
      `description: Looks up thing ${tool}.
parameters:
  type: object
  properties:
    id: { type: string }
    unit: { type: string, enum: [metric, imperial] }
  required: [id]
`,
    );
  }
  for (let each = 0; each < assistants; each += 1) {
    await writeFile(
      join(path, `assistants/desk-${each}.yaml`),
      `name: Desk ${each}
description: Answers the questions of group ${each % 20}.
model: gpt-4o-mini
instructions: |
  You answer questions about topic ${each}.
  Be short, and say where you know it from.
temperature: 0.2
tools:
  - code_interpreter
  - function: look_up_${each % 50}
metadata: { team: team-${each % 7} }
`,
    );
  }
}

async function writeKnowledge(path: string, server: Serving): Promise<void> {
  await writeTarget(path, server);
  await mkdir(join(path, "assistants/vector_stores"), { recursive: true });
  await mkdir(join(path, "handbook"));
  for (let file = 0; file < files; file += 1) {
    await writeFile(
      join(path, `handbook/page-${file}.md`),
      `# Page ${file}\n\nRule ${file} holds on floor ${file % 9}.\n`,
    );
  }
  await writeFile(join(path, "assistants/vector_stores/handbook.yaml"), "files: [../../handbook/*.md]\n");
  await writeFile(
    join(path, "assistants/desk.yaml"),
    "model: gpt-4o-mini\ntools:\n  - file_search: { vector_store: handbook }\n",
  );
}
