import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await folder.write(
    "playbill.yaml",
    `project: desk
targets:
  old: { api: assistants, server: embedded, vars: { status: late } }
  new: { api: assistants, server: embedded, vars: { status: lost } }
  unset: { api: assistants, base_url: "\${NOT_SET_ANYWHERE}" }
default_target: old
prices: { cheap: { input: 1, output: 1 }, dear: { input: 100, output: 100 } }
`,
  );
  await folder.write("assistants/desk.yaml", "model: cheap\ntools: [{ function: lookup }]\n");
  await folder.write("assistants/tools/lookup.yaml", "parameters: { type: object }\n");
  await folder.write(
    "scenarios/late.yaml",
    `assistant: desk
tools: { lookup: [{ return: "\${{ vars.status }}" }] }
turns:
  - user: Where is it?
    script: [{ call: lookup, with: {} }, { say: "It is \${{ tools.lookup.result }}." }]
    expect: { reply: { contains: late } }
`,
  );
  await folder.write(
    "scenarios/hello.yaml",
    "assistant: desk\nturns: [{ user: hi, script: [{ say: hi }], expect: { tools: [] } }]\n",
  );
  return folder;
}

test("two targets are run one after the other, and a regression of the second is the exit code", async () => {
  await using folder = await project();
  const outcome = await run(folder.path, ["test", "--targets", "old,new", "--repeat", "8"]);
  expect(outcome.stdout).toMatch(/late +passed 8 of 8 +failed 0 of \d +regression \(p = 0\.0/);
  expect(outcome.exitCode).toBe(1);
  const [old, now, ...more] = (await readdir(join(folder.path, ".playbill/runs"))).toSorted();
  expect(more).toEqual([]);
  expect(outcome.stderr).toContain(`old is the run ${old}; new is the run ${now}: playbill report RUN`);
  expect((await run(folder.path, ["report", `${now}`, "--reporter", "dot"])).stdout).toContain("1 failed");
  const back = await run(folder.path, ["test", "--targets", "new,old", "--repeat", "8"]);
  expect(back).toMatchObject({ exitCode: 0 });
  expect(back.stdout).toContain("improved");
});

test("two models are compared at one target, with what they cost", async () => {
  await using folder = await project();
  const outcome = await run(folder.path, ["test", "--models", "cheap,dear", "--json"]);
  expect(outcome).toMatchObject({ exitCode: 0 });
  interface Compared {
    sides: string[];
    scenarios: { id: string; turns: { differences: { kind: string }[] }[] }[];
  }
  const compared = JSON.parse(outcome.stdout) as Compared;
  expect(compared.sides).toEqual(["cheap", "dear"]);
  const late =
    compared.scenarios.find(({ id }) => id === "late")?.turns.flatMap(({ differences }) => differences) ?? [];
  // How long it takes is the machine's.
  expect(late.map(({ kind }) => kind).filter((kind) => kind !== "latency")).toEqual(["cost"]);
});

test("a scenario that cannot run as it is written is in the table, and its exit code takes precedence", async () => {
  await using folder = await project();
  await folder.write(
    "scenarios/hello.yaml",
    'assistant: desk\nobserve: true\nturns: [{ user: a, script: [{ say: hi }], save: { a: { from: reply } } }, { user: "${{ int(saved.a) }}" }]\n',
  );
  const outcome = await run(folder.path, ["test", "--targets", "old,new", "--json"]);
  expect(outcome).toMatchObject({ exitCode: 4 });
  const { scenarios } = JSON.parse(outcome.stdout) as { scenarios: { id: string; change: string }[] };
  expect(scenarios).toContainEqual(expect.objectContaining({ id: "hello", change: "not_compared" }));
});

test.each([
  ["--targets", "old"],
  ["--targets", "old,old"],
  ["--targets", "old,nowhere"],
  ["--targets", "old,unset"],
  ["--models", "a,b,c"],
])("%s %s is refused before anything runs", async (flag, names) => {
  await using folder = await project();
  expect(await run(folder.path, ["test", flag, names])).toMatchObject({ exitCode: 4 });
  await expect(readdir(join(folder.path, ".playbill/runs"))).rejects.toThrow("ENOENT");
});

test("each side reports to files of its own, and standard output has the table", async () => {
  await using folder = await project();
  const reporters = ["--reporter", "junit=out/report.xml", "--reporter", "json=report"];
  const outcome = await run(folder.path, ["test", "--targets", "old,new", ...reporters]);
  expect(outcome.stdout).toMatch(/turn 1 {2}failed +none +reply/);
  expect(await readdir(join(folder.path, "out"))).toEqual(["report.new.xml", "report.old.xml"]);
  expect(await readdir(folder.path)).toEqual(expect.arrayContaining(["report.old", "report.new"]));
  const refused = await run(folder.path, ["test", "--targets", "old,new", "--reporter", "dot"]);
  expect(refused).toMatchObject({ exitCode: 4 });
  expect(refused.stderr).toContain("needs a file");
});

test("two dialects are two targets like any others", async () => {
  await using folder = await project();
  const config = await readFile(join(folder.path, "playbill.yaml"), "utf8");
  await folder.write("playbill.yaml", config.replace("new: { api: assistants,", "new: { api: responses,"));
  const outcome = await run(folder.path, ["test", "--targets", "old,new", "--json"]);
  const { scenarios } = JSON.parse(outcome.stdout) as {
    scenarios: { id: string; statuses: string[]; turns: { differences: { kind: string }[] }[] }[];
  };
  const kinds = (id: string) =>
    scenarios
      .find((each) => each.id === id)
      ?.turns.flatMap(({ differences }) => differences.map(({ kind }) => kind))
      .filter((kind) => kind !== "latency" && kind !== "tokens" && kind !== "cost");
  expect(scenarios.map(({ id, statuses }) => [id, statuses])).toEqual([
    ["hello", ["passed", "passed"]],
    ["late", ["passed", "failed"]],
  ]);
  // The targets have other variables, so that the reply differs, and nothing else.
  expect([kinds("hello"), kinds("late")]).toEqual([[], ["outcome", "failed"]]);
});
