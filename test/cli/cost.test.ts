import { expect, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

const scenario = `assistant: a
turns:
  - user: hi
    script: [{ say: Hello. }]
    expect: { reply: { contains: Hello }, cost: { $lte: 0.01 } }
expect: { cost: { $lte: 0.01 } }
`;

test("what was spent is in the summary and in the record, as far as prices are known", async () => {
  await using folder = await temporaryFolder();
  await folder.write("assistants/a.yaml", "model: gpt-4o-mini\n");
  await folder.write("scenarios/s.yaml", scenario);
  await folder.write("playbill.yaml", "project: p\nprices: { gpt-4o-mini: { input: 0.15, output: 0.6 } }\n");
  expect((await run(folder.path, ["test"])).stdout).toMatch(/1 passed \(.*, \$0\.0+\d+\)/);
  const { stdout } = await run(folder.path, ["test", "--json"]);
  const [{ record }] = (JSON.parse(stdout) as { results: [{ record: { turns: { cost: number; model: string }[] } }] })
    .results;
  expect(record.turns).toMatchObject([{ model: "gpt-4o-mini", cost: expect.any(Number) }]);
  await folder.write("playbill.yaml", "project: p\nprices: { gpt-4o: { input: 0.15, output: 0.6 } }\n");
  const { exitCode, output } = await run(folder.path, ["test"]);
  expect(exitCode).toBe(4);
  expect(output).toContain("error[unknown_price]: the cost is unknown: there is no price for gpt-4o-mini");
});

test("a target may call the model by another name", async () => {
  await using folder = await temporaryFolder();
  await folder.write("assistants/a.yaml", "model: mini\n");
  await folder.write("scenarios/s.yaml", scenario);
  const target = "api: assistants, server: embedded, models: { mini: gpt-4o-mini }";
  await folder.write(
    "playbill.yaml",
    `project: p\ntargets: { local: { ${target} } }\nprices: { gpt-4o-mini: { input: 1, output: 1 } }\n`,
  );
  const { exitCode, output } = await run(folder.path, ["test"]);
  expect(exitCode, output).toBe(0);
});
