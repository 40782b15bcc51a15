import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Output } from "../../src/cli/output.ts";
import { createRandom } from "../../src/kit/random.ts";
import { keptAssistant, leftAt } from "./processes.ts";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const ids = ["a", "b", "c", "d"];

/** Scenarios of which each makes a file before it begins, and takes it away at the end. */
async function projectThatTidiesUp(): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: tidy\n");
  for (const [path, text] of Object.entries(keptAssistant)) await project.write(path, text);
  const tools = "[{ function: look }, { file_search: { vector_store: empty } }]";
  await project.write("assistants/a.yaml", `model: gpt-4o\ntools: ${tools}\n`);
  await project.write("assistants/tools/look.yaml", "parameters: { type: object }\n");
  await project.write("made/README", "what scenarios make\n");
  const module = (body: string) => `import { rmSync, writeFileSync } from "node:fs";\n${body}\n`;
  await project.write(
    "scenarios/up.ts",
    module(
      'export default (_, { scenario }) => (console.log("up"), writeFileSync(new URL("../made/" + scenario, import.meta.url), ""));',
    ),
  );
  await project.write(
    "scenarios/down.ts",
    module(
      'export default (_, { scenario }) => (console.log("down"), rmSync(new URL("../made/" + scenario, import.meta.url)));',
    ),
  );
  await project.write("scenarios/look.ts", 'export default () => (console.log("look"), { found: true });\n');
  for (const id of ids) {
    await project.write(
      `scenarios/${id}.yaml`,
      `assistant: a
setup: [{ module: ./up.ts }]
teardown: [{ module: ./down.ts }]
tools: { look: [{ module: ./look.ts }] }
turns:
  - user: Hi
    script: [{ call: look, with: {} }, { say: Hello }]
    expect: { reply: { contains: Hello } }
  - user: Bye
    script: [{ say: Bye }]
    expect: { reply: { contains: Bye } }
`,
    );
  }
  return project;
}

/** A test that is stopped a few turns of the event loop after it has written so often: modules print something, and results are lines. */
async function stopped(cwd: string, writes: number, turns: number): Promise<number> {
  const stop = new AbortController();
  let left = writes;
  const wrote = async () => {
    left -= 1;
    if (left !== 0) return;
    for (let passed = 0; passed < turns; passed += 1) await turn();
    stop.abort(new Error("stopped"));
  };
  const output: Output = {
    write: () => void wrote(),
    command: () => undefined,
    live: null,
    status: () => {},
    isTTY: false,
    columns: 80,
  };
  return (await run(cwd, ["test", "-j", "3"], { signal: stop.signal, stdout: output, stderr: output })).exitCode;
}

async function resultsOf(cwd: string): Promise<Record<string, string>> {
  const [last = ""] = (await readdir(join(cwd, ".playbill/runs"))).toSorted().toReversed();
  const lines = (await readFile(join(cwd, ".playbill/runs", last, "results.jsonl"), "utf8")).trimEnd().split("\n");
  const results = lines.slice(1).map((line) => JSON.parse(line) as { id?: string; status: string });
  // The last line tells how the run ended.
  return Object.fromEntries(results.flatMap(({ id, status }) => (id === undefined ? [] : [[id, status]])));
}

test.each([1, 2, 3])("a test that is stopped at any moment tidies up, and is gone on with (seed %i)", async (seed) => {
  await using project = await projectThatTidiesUp();
  const random = createRandom(seed);
  expect(await stopped(project.path, 1 + Math.floor(random() * 12), Math.floor(random() * 40))).toBe(130);
  expect(await readdir(join(project.path, "made"))).toEqual(["README"]);
  expect(await leftAt(project.path)).toEqual({ assistants: [] });
  const results = await resultsOf(project.path);
  expect(Object.keys(results).toSorted()).toEqual(ids);
  const again = await run(project.path, ["test", "--resume", "last"]);
  expect(again.exitCode, again.output).toBe(0);
  expect(new Set(Object.values(await resultsOf(project.path)))).toEqual(new Set(["passed"]));
});
