import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { run, temporaryFolder } from "../cli/run.ts";
import { githubFaults } from "./github-parser.ts";
import { createRunner } from "./runner.ts";

const root = join(import.meta.dirname, "../..");
const workflow = ".github/workflows/playbill.yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}
interface Job {
  needs?: string;
  strategy?: { "fail-fast": boolean; matrix: { part: number[] } };
  steps?: Step[];
  script?: string[];
}
type Jobs = Record<string, Job>;

const scenario = (say: string) =>
  `assistant: a\nturns:\n  - user: hi\n    script: [{ say: "${say}" }]\n    expect: { reply: { contains: "good" } }\n`;
const project = {
  "playbill.yaml": "project: desk\ntargets: { local: { api: assistants, server: embedded, model: script } }\n",
  "assistants/a.yaml": "model: gpt-4o\ninstructions: Be good.\n",
  "scenarios/one.yaml": scenario("all good"),
  "scenarios/two.yaml": scenario("good too"),
  "scenarios/three.yaml": scenario("good as well"),
};

describe("init --ci-shards 3", () => {
  test("writes a workflow that GitHub takes, with a job a part and one for the verdict, whose steps do that", async () => {
    await using runner = await createRunner({ hasGit: false });
    const { work } = runner;
    for (const [file, text] of Object.entries(project)) await runner.folder.write(join("work", file), text);
    const written = await run(work, ["init", "--ci-shards", "3"]);
    expect(written.exitCode, written.output).toBe(0);
    expect(written.stdout).toContain("the suite runs in 3 parts");
    const text = await readFile(join(work, workflow), "utf8");
    expect(githubFaults(workflow, text)).toEqual([]);
    for (const [, action] of text.matchAll(/uses: (actions.*)$/gm))
      expect(action).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const { jobs } = parse(text) as { jobs: Jobs };
    expect([jobs["test"]?.needs, jobs["target"]?.needs]).toEqual(["shard", "test"]);
    expect(jobs["shard"]?.strategy).toEqual({ "fail-fast": false, matrix: { part: [1, 2, 3] } });

    // Each step as the action runs it: its script says what is typed, and that is run here.
    await runner.npx("exit 0");
    const given = (job: string): Record<string, string> =>
      jobs[job]?.steps?.findLast(({ uses }) => uses?.startsWith("./"))?.with ?? {};
    const ran = async (env: Record<string, string>): Promise<{ code: number; output: string }> => {
      const log = join(runner.folder.path, "npx.log");
      await rm(log, { force: true });
      const step = await runner.step("steps", { TARGET: "", ...env });
      expect(step.code, step.output).toBe(0);
      let last = { code: 0, output: "" };
      for (const line of (await readFile(log, "utf8")).trim().split("\n")) {
        const { exitCode, output } = await run(work, line.split(" "));
        last = { code: exitCode, output };
      }
      return last;
    };
    for (const part of [1, 2, 3]) {
      const { command = "", shard = "" } = given("shard");
      const done = await ran({ COMMAND: command, SHARD: shard.replace("${{ matrix.part }}", String(part)) });
      expect(done, done.output).toMatchObject({ code: 0 });
    }
    const merge = { COMMAND: given("test")["command"] ?? "" };
    const whole = await ran(merge);
    expect(whole.code, whole.output).toBe(0);
    expect(whole.output).toContain("3 passed");

    await rm(join(work, "blobs", "test-2.blob"));
    const partly = await ran(merge);
    expect([partly.code, partly.output]).toEqual([7, expect.stringContaining("shard 2/3 never reported")]);
    await rm(join(work, "blobs"), { recursive: true });
    expect(await runner.step("steps", { TARGET: "", ...merge })).toMatchObject({ code: 7 });
  });

  test("goes over a workflow that is as init wrote it, and leaves one that was changed alone", async () => {
    await using folder = await temporaryFolder();
    await run(folder.path, ["init", "."]);
    const path = join(folder.path, workflow);
    const plain = await readFile(path, "utf8");
    for (const shards of ["4", "2", "1"])
      expect(await run(folder.path, ["init", "--ci-shards", shards])).toMatchObject({ exitCode: 0 });
    expect(await readFile(path, "utf8")).toBe(plain);
    await folder.write(workflow, `${plain}# mine\n`);
    const refused = await run(folder.path, ["init", "--ci-shards", "4"]);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("error[file_exists]")]);
    expect(await readFile(path, "utf8")).toBe(`${plain}# mine\n`);
  });

  test("writes a whole project into an empty folder", async () => {
    await using folder = await temporaryFolder();
    expect(await run(folder.path, ["init", "desk", "--ci-shards", "2"])).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(folder.path, "desk", workflow), "utf8")).toContain("part: [1, 2]");
    expect(await run(join(folder.path, "desk"), ["validate"])).toMatchObject({ exitCode: 0 });
  });
});

test("a pull request that affects nothing is whole when all of its shards say so", async () => {
  await using runner = await createRunner({ files: project });
  const { work } = runner;
  for (const part of [1, 2]) {
    const argv = ["test", "--affected", "HEAD", "--shard", `${part}/2`, "--reporter", `blob=${part}.blob`];
    expect(await run(work, argv)).toMatchObject({ exitCode: 0 });
  }
  expect(await run(work, ["merge", "1.blob", "2.blob"])).toMatchObject({ exitCode: 0 });
  expect(await run(work, ["merge", "2.blob"])).toMatchObject({ exitCode: 4 });
});

test("the shards of GitLab in docs/ci.md run in their parts, and become one verdict", async () => {
  const page = await readFile(join(root, "docs/ci.md"), "utf8");
  const [, text = ""] = /^```yaml\n(# \.gitlab-ci\.yml, in shards\n[^]*?)^```$/m.exec(page) ?? [];
  const { shard, test: verdict } = parse(text) as Jobs;
  await using runner = await createRunner({ hasGit: false });
  const { work } = runner;
  for (const [file, content] of Object.entries(project)) await runner.folder.write(join("work", file), content);
  const lines = (job: Job | undefined, env: Record<string, string>): string[] =>
    (job?.script ?? [])
      .filter((line) => line.startsWith("$PLAYBILL "))
      .map((line) =>
        line
          .slice("$PLAYBILL ".length)
          .replaceAll('"', "")
          .replaceAll(/\$(\w+)/g, (_, name: string) => env[name] ?? ""),
      );
  for (const part of ["1", "2"])
    for (const line of lines(shard, { CI_NODE_INDEX: part, CI_NODE_TOTAL: "2" }))
      expect(await run(work, line.split(" "))).toMatchObject({ exitCode: 0 });
  const [merge = ""] = lines(verdict, {});
  const blobs = ["blobs/test-1.blob", "blobs/test-2.blob"];
  const merged = await run(
    work,
    merge.split(" ").flatMap((word) => (word === "blobs/*.blob" ? blobs : [word])),
  );
  expect(merged.exitCode, merged.output).toBe(0);
  expect(merged.output).toContain("3 passed");
});
