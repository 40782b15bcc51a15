import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

const project = join(import.meta.dirname, "..", "docs", "project");
const scenario = (repeat: string) =>
  `assistant: support\nrepeat: ${repeat}\nturns: [{ user: hi, script: [{ say: 'yes' }], expect: { reply: { contains: 'yes' } } }]\n`;

test("--repeat sets how often, instead of the scenario", async () => {
  await using folder = await temporaryFolder(project);
  await folder.write("scenarios/often.yaml", scenario('{ runs: 2, pass: "80%" }'));
  const { exitCode, stdout } = await run(folder.path, ["test", "--id", "often", "--repeat", "6", "--all-runs"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("6/6 passed (61-100 %)");
});

test("--repeat with fewer runs than have to pass is refused before anything runs, at the rule", async () => {
  await using folder = await temporaryFolder(project);
  await folder.write("scenarios/often.yaml", scenario('{ runs: 5, pass: ">= 4" }'));
  const { exitCode, stdout, stderr } = await run(folder.path, ["test", "--id", "often", "--repeat", "3"]);
  expect(exitCode).toBe(4);
  expect(stdout).toBe("");
  expect(stderr).toContain('often needs ">= 4" to pass, which is impossible with 3 runs');
  expect(stderr).toContain("scenarios/often.yaml:2:26");
});
