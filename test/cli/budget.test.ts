import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

/** A project of so many scenarios. The scripted model counts tokens, so that a turn costs about a cent. */
async function pricedProject(
  count: number,
  prices = "{ gpt-4o: { input: 500, output: 500 } }",
): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", `project: priced\nprices: ${prices}\n`);
  await project.write("assistants/a.yaml", "model: gpt-4o\ninstructions: Say hello.\n");
  for (let number = 1; number <= count; number += 1) {
    await project.write(
      `scenarios/s${number}.yaml`,
      "assistant: a\nturns: [{ user: Hi, script: [{ say: Hello }], expect: { reply: { contains: Hello } } }]\n",
    );
  }
  return project;
}

interface Report {
  results: { id: string; status: string; reason: string | null; record: { turns: { cost: number }[] } | null }[];
}

async function testJson(project: TemporaryFolder, ...argv: string[]) {
  const { exitCode, stdout, output } = await run(project.path, ["test", "--json", ...argv]);
  expect(stdout, output).toMatch(/^\{"format_version"/);
  return { exitCode, results: (JSON.parse(stdout) as Report).results };
}

test("what a budget does not pay for is not run, and --resume does it with another", async () => {
  await using project = await pricedProject(6);
  const { results: all, exitCode: whole } = await testJson(project, "--budget", "100", "-j", "3");
  expect(whole).toBe(0);
  const cost = all[0]?.record?.turns[0]?.cost ?? 0;
  expect(cost).toBeGreaterThan(0);
  const { exitCode, results } = await testJson(project, "--budget", (cost * 3.5).toFixed(6), "-j", "3");
  expect(exitCode).toBe(6);
  const left = results.filter(({ status }) => status === "not_run");
  expect(results.filter(({ status }) => status === "passed")).toHaveLength(3);
  expect(left).toHaveLength(3);
  for (const { reason } of left) expect(reason).toMatch(/^the budget of \$\S+ is used up$/);
  expect((await testJson(project, "--resume", "last", "--budget", "100")).exitCode).toBe(0);
});

test("a budget ends a conversation between two turns", async () => {
  await using project = await pricedProject(1);
  const turns = ["One", "Two", "Three"].map((user) => `{ user: ${user}, script: [{ say: Hello }] }`).join(", ");
  await project.write("scenarios/s1.yaml", `assistant: a\nobserve: true\nturns: [${turns}]\n`);
  const { results } = await testJson(project, "--budget", "100");
  const costs = results[0]?.record?.turns.map(({ cost }) => cost) ?? [];
  const limit = ((costs[0] ?? 0) + (costs[1] ?? 0) * 1.01).toFixed(6);
  const cut = await testJson(project, "--budget", limit);
  expect(cut).toMatchObject({
    exitCode: 6,
    results: [{ status: "not_run", reason: expect.stringContaining("used up") as string }],
  });
  expect(cut.results[0]?.record?.turns).toHaveLength(2);
});

test.each([
  ["{ other: { input: 1, output: 1 } }", "2.50", "error[unknown_price]"],
  ["{ gpt-4o: { input: 500, output: 500 } }", "0.0001", "error[budget_too_small]"],
  ["{ gpt-4o: { input: 500, output: 500 } }", "0", "expected US dollars"],
  ["{ gpt-4o: { input: 500, output: 500 } }", "-1", "expected US dollars"],
])("prices %s, budget %s: a problem before anything is run", async (prices, budget, said) => {
  await using project = await pricedProject(1, prices);
  const { exitCode, stderr } = await run(project.path, ["test", `--budget=${budget}`]);
  expect(stderr).toContain(said);
  expect(exitCode).toBe(4);
  expect(await readdir(project.path)).not.toContain(".playbill");
});

test("the price is that of the model that replaces the assistant's by --models", async () => {
  await using project = await pricedProject(1);
  const { exitCode, stderr } = await run(project.path, ["test", "--budget", "1", "--models", "unpriced,gpt-4o"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("there is no price for unpriced");
});
