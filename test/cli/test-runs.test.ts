import { readFile, readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { joinBail } from "../../src/cli/test/bail.ts";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const scenarioText = (reply: string) =>
  `assistant: a\nturns: [{ user: Hi, script: [{ say: ${reply} }], expect: { reply: { contains: "yes" } } }]\n`;

/** A project with a scenario for each of these replies; only that to `yes` passes. */
async function projectOf(replies: Record<string, string>): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: runs\n");
  await project.write("assistants/a.yaml", "model: gpt-4o\n");
  for (const [id, reply] of Object.entries(replies)) await project.write(`scenarios/${id}.yaml`, scenarioText(reply));
  return project;
}

/** What `test --json` says of each scenario, in its order. */
async function statuses(project: TemporaryFolder, ...argv: string[]): Promise<Record<string, string>> {
  const { stdout, output } = await run(project.path, ["test", "--json", "-j", "1", ...argv]);
  expect(stdout, output).toMatch(/^\{"format_version"/);
  const { results } = JSON.parse(stdout) as { results: { id: string; status: string }[] };
  return Object.fromEntries(results.map(({ id, status }) => [id, status]));
}

const runsOf = async ({ path }: TemporaryFolder) => (await readdir(join(path, ".playbill/runs"))).toSorted();
const lastFile = async (project: TemporaryFolder) =>
  join(project.path, ".playbill/runs", (await runsOf(project)).at(-1) ?? "", "results.jsonl");

/** Leaves of a run what a process leaves that is killed while it writes its last result. */
async function cutOff(file: string): Promise<void> {
  const bytes = await readFile(file);
  const end = bytes.lastIndexOf("\n", -2);
  await truncate(file, bytes.lastIndexOf("\n", end - 1) + 20);
}

describe("--last-failed", () => {
  test("runs what did not pass in the last run, until everything has", async () => {
    await using project = await projectOf({ a: "yes", b: "no", c: "yes", d: "no", e: "yes" });
    expect(await statuses(project, "--bail")).toEqual({
      a: "passed",
      b: "failed",
      c: "not_run",
      d: "not_run",
      e: "not_run",
    });
    expect(await statuses(project, "--last-failed")).toEqual({ b: "failed", c: "passed", d: "failed", e: "passed" });
    await project.write("scenarios/b.yaml", scenarioText("yes"));
    await project.write("scenarios/d.yaml", scenarioText("yes"));
    expect((await run(project.path, ["test", "--last-failed"])).stderr).toMatch(
      /^running 2 of the last run \(\S+, 4 scenarios\): 2 failed$/m,
    );
    const runs = await runsOf(project);
    const again = await run(project.path, ["test", "--last-failed"]);
    expect(again).toMatchObject({ exitCode: 0, stdout: "" });
    expect(again.stderr).toMatch(/^nothing failed in the last run \(\S+, 2 scenarios\), so there is nothing to run$/m);
    expect(await runsOf(project)).toEqual(runs);
    expect(await statuses(project, "--last-failed")).toEqual({});
  });

  test("counts what a killed run never wrote as not run", async () => {
    await using project = await projectOf({ a: "yes", b: "yes", c: "yes" });
    await statuses(project);
    await cutOff(await lastFile(project));
    const told = "line 4 of the results of";
    expect((await run(project.path, ["test", "--resume", "last"])).stderr).toContain(told);
    await cutOff(await lastFile(project));
    const again = await run(project.path, ["test", "--last-failed"]);
    expect(again.stderr).toContain(told);
    expect(again.stdout).toMatch(/^✓ c[^]*1 passed/);
  });

  test("needs a run, and one of its scenarios", async () => {
    await using project = await projectOf({ a: "no", b: "yes" });
    const none = await run(project.path, ["test", "--last-failed"]);
    expect(none).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("error[unknown_run]") as string });
    await statuses(project);
    const other = await run(project.path, ["test", "--last-failed", "--id", "b"]);
    expect(other).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("error[no_scenarios]") as string });
  });
});

describe("--resume", () => {
  test("does the rest, and has the results of the whole", async () => {
    await using project = await projectOf({ a: "yes", b: "no", c: "yes", d: "yes" });
    await statuses(project, "--bail");
    const resumed = await run(project.path, ["test", "--resume", "last", "--json"]);
    expect(resumed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("2 of 4 were already done in the run") as string,
    });
    const whole = { a: "passed", b: "failed", c: "passed", d: "passed" };
    const lines = (await readFile(await lastFile(project), "utf8")).trimEnd().split("\n");
    const [header, ...results] = lines.map((line) => JSON.parse(line) as Record<string, string>);
    expect(header).toMatchObject({ resumed: (await runsOf(project))[0], scenarios: ["a", "b", "c", "d"] });
    expect(Object.fromEntries(results.map(({ id, status }) => [id, status]))).toEqual(whole);
    expect(await statuses(project, "--resume", (await runsOf(project))[1] ?? "")).toEqual(whole);
  });

  test("runs each as often as the earlier run, so that all are one sample", async () => {
    await using project = await projectOf({ a: "no", b: "yes" });
    await statuses(project, "--bail", "-j", "1", "--repeat", "3", "--all-runs");
    const { stdout } = await run(project.path, ["test", "--resume", "last", "--json"]);
    const { results } = JSON.parse(stdout) as { results: object[] };
    expect(results).toMatchObject([{ repeat: { asked: 3, counted: 3 } }, { repeat: { asked: 3, counted: 3 } }]);
  });

  test("is refused when what was done has changed, or a scenario is gone", async () => {
    await using project = await projectOf({ a: "yes", b: "no", c: "yes" });
    await statuses(project, "--bail");
    await project.write("scenarios/c.yaml", scenarioText("no"));
    expect((await run(project.path, ["test", "--resume", "last", "--list"])).exitCode).toBe(0);
    await project.write("scenarios/a.yaml", scenarioText("no"));
    const refused = await run(project.path, ["test", "--resume", "last"]);
    expect(refused).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("a is different from the one that ran") as string,
    });
    await project.write("scenarios/c.yaml", scenarioText("no").replace("assistant", "id: other\nassistant"));
    const gone = await run(project.path, ["test", "--resume", "last"]);
    expect(gone).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("c is no longer in the files") as string,
    });
    expect(await runsOf(project)).toHaveLength(1);
  });

  test.each([["--tag", "x"], ["scenarios/a.yaml"], ["--target", "elsewhere"], ["--shard", "1/2"]])(
    "goes with no other choice of scenarios: %s",
    async (...argv) => {
      await using project = await projectOf({ a: "yes" });
      await statuses(project);
      expect((await run(project.path, ["test", "--resume", "last", ...argv])).exitCode).toBe(4);
    },
  );
});

describe("--shard, --list and --order", () => {
  test("list what would be run, and why not, and run nothing", async () => {
    await using project = await projectOf({ a: "yes", b: "yes", c: "yes" });
    await project.write("scenarios/c.yaml", `${scenarioText("yes")}name: Later\nskip: { reason: not yet }\n`);
    const { exitCode, stdout } = await run(project.path, ["test", "--dry-run"]);
    expect(stdout).toMatchInlineSnapshot(`
      "  a  scenarios/a.yaml
        b  scenarios/b.yaml
      - c  Later  scenarios/c.yaml  skipped: not yet

      2 scenarios would run at local, 1 skipped
      "
    `);
    expect(exitCode).toBe(0);
    const json = await run(project.path, ["test", "--list", "--json", "--shard", "1/2"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      format_version: 1,
      target: "local",
      scenarios: [
        { id: "a", runs: true, reason: null },
        { id: "c", runs: false, reason: "not yet" },
      ],
    });
    expect(await readdir(project.path)).not.toContain(".playbill");
  });

  test("an empty shard reports that, and is not an error", async () => {
    await using project = await projectOf({ a: "yes" });
    expect(await statuses(project, "--shard", "2/2")).toEqual({});
    expect((await run(project.path, ["test", "--shard", "3/2"])).exitCode).toBe(4);
  });

  test("a seed repeats an order, and reports are in the order of the files", async () => {
    await using project = await projectOf({ a: "yes", b: "yes", c: "yes", d: "yes", e: "yes" });
    const ids = async (...argv: string[]) => {
      const { stdout } = await run(project.path, ["test", "-j", "1", ...argv]);
      return [...stdout.matchAll(/^\S? +(\w)  /gm)].map(([, id]) => id).join("");
    };
    const first = await run(project.path, ["test", "-j", "1", "--order", "random"]);
    const [, seed = ""] = /--order random --seed (\d+)/.exec(first.stderr) ?? [];
    const began = [...first.stdout.matchAll(/^✓ (\w)/gm)].map(([, id]) => id).join("");
    expect(await ids("--list", "--order", "random", "--seed", seed)).toBe(began);
    expect(Object.keys(await statuses(project, "--order", "random", "--seed", seed)).join("")).toBe("abcde");
    const orders = await Promise.all(
      [1, 2, 3, 4].map((each) => ids("--list", "--order", "random", "--seed", `${each}`)),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });
});

test.each([
  ["test --bail", "test --bail=1"],
  ["test --bail 3 a.yaml", "test --bail=3 a.yaml"],
  ["test --bail a.yaml", "test --bail=1 a.yaml"],
  ["test --bail --json", "test --bail=1 --json"],
  ["test -- --bail 3", "test -- --bail 3"],
])("%s is %s", (typed, joined) => {
  expect(joinBail(typed.split(" "))).toEqual(joined.split(" "));
});

test("the command that repeats a cell of a matrix is quoted for a shell", async () => {
  await using project = await projectOf({ a: "no" });
  await project.write("scenarios/a.yaml", `${scenarioText("no")}matrix: { axes: { x: [1] } }\n`);
  const { stdout } = await run(project.path, ["test"]);
  expect(stdout).toMatch(/^again: .* test --id "a\[x=1\]"$/m);
});
