import { execFile } from "node:child_process";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { type TemporaryFolder, temporaryFolder } from "./run.ts";

// The workflow that `init` writes is run as GitHub runs it: each step with `bash -e`, and after a step that failed only those whose
// condition asks for it. `npx` and `gh` are small programs of the test.

interface Step {
  if?: string;
  run?: string;
}
interface Job {
  if: string;
  steps: Step[];
}
const template = join(import.meta.dirname, "../../templates/workflow.yaml");
const { jobs } = parse(await readFile(template, "utf8")) as { jobs: Record<"plan" | "sync", Job> };

/** Runs the steps of a job in a folder; gives the exit codes of the steps that ran. */
async function runJob({ steps }: Job, folder: TemporaryFolder): Promise<number[]> {
  const env = { ...process.env, PATH: `${folder.path}/bin:${process.env.PATH}`, HOME: folder.path };
  const codes: number[] = [];
  for (const { if: condition = "success()", run } of steps) {
    const isWanted = /always\(\)|!cancelled\(\)/.test(condition) || !codes.some((code) => code > 0);
    if (run === undefined || !isWanted) continue;
    const script = run.replaceAll(/\$\{\{.*?\}\}/g, "value");
    const ended = promisify(execFile)("bash", ["-e", "-c", script], { cwd: folder.path, env });
    codes.push(
      await ended.then(
        () => 0,
        (error: { code: number }) => error.code,
      ),
    );
  }
  return codes;
}

async function program(folder: TemporaryFolder, name: string, script: string): Promise<void> {
  await folder.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(join(folder.path, "bin", name), 0o755);
}

describe("the plan of a pull request", () => {
  test.each([
    ["changes", "echo a plan", [0, 0], "a plan\n"],
    ["a refusal", "echo a plan; exit 3", [3, 0], "a plan\n"],
    ["wrong input", "exit 4", [4, 0], ""],
  ])("%s", async (_what, npx, codes, comment) => {
    await using folder = await temporaryFolder();
    await folder.write("comment", "");
    await program(folder, "npx", npx);
    await program(folder, "gh", "cat plan.md > comment");
    expect(await runJob(jobs.plan, folder)).toEqual(codes);
    expect(await readFile(join(folder.path, "comment"), "utf8")).toBe(comment);
  });

  test("is not made for forks: they have no secrets", () => {
    expect(jobs.plan.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });
});

describe("the lock after a sync", () => {
  test.each([
    ["no lock yet", "true", [0, 0], "start"],
    [
      "a new lock",
      "mkdir -p .playbill/locks; echo {} > .playbill/locks/prod.json",
      [0, 0],
      "Record what Playbill synced",
    ],
    [
      "a lock of a sync that failed",
      "mkdir -p .playbill/locks; echo {} > .playbill/locks/prod.json; exit 1",
      [1, 0],
      "Record",
    ],
  ])("%s", async (_what, npx, codes, subject) => {
    await using folder = await temporaryFolder();
    const git = (...args: string[]) => promisify(execFile)("git", args, { cwd: folder.path });
    await git("init", "--bare", "--quiet", "origin.git");
    await git("init", "--quiet", "--initial-branch", "main");
    await git("remote", "add", "origin", join(folder.path, "origin.git"));
    await git("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--allow-empty", "-m", "start");
    await git("push", "--quiet", "--set-upstream", "origin", "main");
    await program(folder, "npx", npx);
    expect(await runJob(jobs.sync, folder)).toEqual(codes);
    const { stdout } = await git("log", "-1", "--format=%s", "origin/main");
    expect(stdout).toContain(subject);
  });
});
