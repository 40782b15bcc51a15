import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { serve } from "./children.ts";
import { byTurns, peer, playbill, timeOf } from "./commands.ts";
import { median, type Measurement, type Subject } from "./measurement.ts";
import { question, temporaryFolder, writeProject, type Size } from "./project.ts";

interface Suite extends Size {
  jobs: number;
  /** Milliseconds. */
  target: number;
  rounds: number;
}

const suites: Suite[] = [
  { scenarios: 1, turns: 1, delay: 0, jobs: 8, target: 350, rounds: 3 },
  { scenarios: 1_000, turns: 1, delay: 0, jobs: 8, target: 3_500, rounds: 1 },
  { scenarios: 50, turns: 4, delay: 100, jobs: 20, target: 1_600, rounds: 1 },
];

/** The same conversations with the same model endpoint, by Playbill and by the promptfoo that is installed in `folder`. */
export function besidePromptfoo(folder: string): Subject {
  return async () => {
    const { path, remove } = await temporaryFolder();
    const model = await serve(peer("peers/model-endpoint.ts"), path);
    const measured: Measurement[] = [];
    for (const suite of suites) measured.push(await measure(suite, `${model.url}/v1`, resolve(folder)));
    await model.stop();
    await remove();
    return measured;
  };
}

async function measure(suite: Suite, endpoint: string, folder: string): Promise<Measurement> {
  const { scenarios, turns, delay, jobs, target, rounds } = suite;
  const { path, remove } = await writeProject({ scenarios, turns, delay: 0 });
  const model = `after-${delay}ms`;
  await writeFile(join(path, "playbill.yaml"), projectText(endpoint));
  await writeFile(join(path, "assistants/weather.yaml"), `model: ${model}\n`);
  for (let scenario = 0; scenario < scenarios; scenario += 1) {
    await writeFile(join(path, `scenarios/city-${scenario}.yaml`), scenarioText(scenario, turns));
  }
  await writeFile(join(path, "prompt.json"), promptText);
  await writeFile(join(path, "promptfooconfig.json"), JSON.stringify(configOf(suite, model, endpoint)));
  const eval_ = ["eval", "-c", "promptfooconfig.json", "--no-cache", "--no-table", "--no-write", "--no-progress-bar"];
  const promptfoo = [join(folder, "node_modules/promptfoo/dist/src/entrypoint.js"), ...eval_, "-j", String(jobs)];
  const quiet = {
    PROMPTFOO_DISABLE_TELEMETRY: "1",
    PROMPTFOO_DISABLE_UPDATE: "1",
    PROMPTFOO_CONFIG_DIR: join(path, ".promptfoo"),
  };
  Object.assign(process.env, quiet);
  const times = await byTurns(rounds, {
    playbill: () => timeOf(playbill("test", "-j", String(jobs)), path),
    promptfoo: () => timeOf(promptfoo, path),
  });
  await remove();
  return {
    name: `${scenarios.toLocaleString("en")} conversations of ${turns} turns, model ${delay} ms, -j ${jobs}`,
    value: median(times.playbill),
    unit: "ms",
    target,
    peer: { name: "promptfoo, same endpoint", value: median(times.promptfoo) },
  };
}

const projectText = (endpoint: string): string => `project: bench
targets: { local: { api: assistants, server: embedded, model: openai, upstream_base_url: "${endpoint}" } }
`;

/** The constant reply of the endpoint, expected in every turn. */
const scenarioText = (scenario: number, turns: number): string => `assistant: weather
turns:
${Array.from({ length: turns }, (_, turn) => `  - { user: "${question(scenario, turn)}", expect: { reply: { contains: Paris } } }`).join("\n")}
`;

/** What was said before goes along, as the Assistants API does it. */
const promptText =
  '[{% for turn in _conversation %}{"role":"user","content":"{{ turn.vars.question }}"},{"role":"assistant","content":"{{ turn.output }}"},{% endfor %}{"role":"user","content":"{{ question }}"}]';

function configOf({ scenarios, turns }: Suite, model: string, endpoint: string) {
  const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
  const assert = [{ type: "contains", value: "Paris" }];
  return {
    // Without earlier turns it does not need them, and runs several at a time.
    prompts: [turns === 1 ? "{{ question }}" : "file://prompt.json"],
    providers: [{ id: `openai:chat:${model}`, config: { apiBaseUrl: endpoint, apiKey: "none" } }],
    tests: range(scenarios).flatMap((scenario) =>
      range(turns).map((turn) => ({
        vars: { question: question(scenario, turn) },
        metadata: { conversationId: `city-${scenario}` },
        assert,
      })),
    ),
  };
}
