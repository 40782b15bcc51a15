import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How many conversations, of how many turns, with a model that takes how long. */
export interface Size {
  scenarios: number;
  turns: number;
  /** Milliseconds. */
  delay: number;
}

export interface TemporaryFolder {
  path: string;
  remove(this: void): Promise<void>;
}

/** An empty folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "playbill-bench-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The user message of a turn. */
export const question = (scenario: number, turn: number): string =>
  `What is the weather in city ${scenario} on day ${turn}?`;

/** The reply of the model to it. */
export const answer = (scenario: number, turn: number): string => `It is sunny in city ${scenario} on day ${turn}.`;

/** A project of one assistant and that many scenarios, one file each. */
export async function writeProject(size: Size): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await mkdir(join(folder.path, "assistants"));
  await mkdir(join(folder.path, "scenarios"));
  await writeFile(join(folder.path, "playbill.yaml"), "project: bench\n");
  await writeFile(
    join(folder.path, "assistants/weather.yaml"),
    "model: gpt-4o-mini\ninstructions: You answer questions about the weather.\n",
  );
  for (let scenario = 0; scenario < size.scenarios; scenario += 1) {
    await writeFile(join(folder.path, `scenarios/city-${scenario}.yaml`), scenarioText(scenario, size));
  }
  return folder;
}

function scenarioText(scenario: number, { turns, delay }: Size): string {
  const turnText = (turn: number) => `  - user: ${question(scenario, turn)}
    script:${delay === 0 ? "" : `\n      - delay: ${delay}ms`}
      - say: ${answer(scenario, turn)}
    expect: { status: completed, reply: { contains: city ${scenario} } }
`;
  return `assistant: weather
tags: [weather, city-${scenario}]
turns:
${Array.from({ length: turns }, (_, turn) => turnText(turn)).join("")}`;
}
