import { glob } from "node:fs/promises";
import { expect, test } from "vitest";
import { keptAssistant, leftAt, runProcess } from "./processes.ts";
import { temporaryFolder } from "./run.ts";

const count = 4;

// What is set up is a file for each scenario; nothing of it may be left, whenever somebody stops the command.
const seed = `import { writeFileSync } from "node:fs";
export default (_, { scenario }) => {
  writeFileSync(import.meta.dirname + "/open-" + scenario.replace(/\\W/g, "_"), "");
  console.log("marker");
};`;
const clean = `import { rmSync } from "node:fs";
export default (_, { scenario }) => {
  console.log("marker");
  rmSync(import.meta.dirname + "/open-" + scenario.replace(/\\W/g, "_"));
};`;

test("after Ctrl-C at any moment, teardown runs, and nothing is left", async () => {
  const marks = [1, 2 + Math.floor(Math.random() * (2 * count - 3))];
  for (const mark of marks) {
    await using project = await temporaryFolder();
    await project.write("playbill.yaml", "project: staged\n");
    for (const [path, text] of Object.entries(keptAssistant)) await project.write(path, text);
    await project.write("scenarios/seed.ts", seed);
    await project.write("scenarios/clean.ts", clean);
    const cells = Array.from({ length: count }, (_, nth) => nth).join(", ");
    await project.write(
      "scenarios/s.yaml",
      `assistant: a
matrix: { axes: { nth: [${cells}] } }
setup: [{ module: ./seed.ts }]
teardown: [{ module: ./clean.ts }]
turns: [{ user: "Hi \${{ matrix.nth }}", script: [{ say: Hello, delay: 20ms }], expect: { reply: { contains: Hello } } }]
`,
    );
    const { exitCode, output } = await runProcess(project.path, ["test", "-j", "2"], (text, child) => {
      if (text.split("marker").length > mark && !child.killed) child.kill("SIGINT");
    });
    expect(exitCode, `stopped at mark ${mark}: ${output}`).toBe(130);
    const left = await Array.fromAsync(glob("scenarios/open-*", { cwd: project.path }));
    expect(left, `stopped at mark ${mark}: ${output}`).toEqual([]);
    expect(await leftAt(project.path)).toEqual({ assistants: [] });
  }
});
