import { execFile } from "node:child_process";
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type TemporaryFolder, temporaryFolder } from "../cli/run.ts";

const root = join(import.meta.dirname, "../..");
const bot = "github-actions[bot]";

export interface Comment {
  id: number;
  user: { login: string };
  body: string;
}

/** A machine that runs steps of a workflow: a checkout of a bare repository, `gh` over a file of comments, and an `npx` of the test. */
export interface Runner extends AsyncDisposable {
  folder: TemporaryFolder;
  /** The checkout. */
  work: string;
  /** Runs a script of the action as GitHub does, and gives its exit code and what it printed. */
  step(script: "steps" | "comment", env: Record<string, string>): Promise<{ code: number; output: string }>;
  /** Runs lines of bash in the checkout. */
  bash(script: string, env: Record<string, string>): Promise<{ code: number; output: string }>;
  /** Says what `npx` does: a script of bash. */
  npx(script: string): Promise<void>;
  git(folder: string, ...args: string[]): Promise<string>;
  /** What a file of the branch `main` of the bare repository holds. */
  pushed(file: string): Promise<string>;
  /** Commits files on top of `main` and pushes them, as somebody else. */
  pushAsOther(files: Record<string, string>): Promise<void>;
  comments(): Promise<Comment[]>;
  /** What the step before wrote as outputs. */
  outputs(): Promise<string>;
}

export interface RunnerOptions {
  comments?: readonly Comment[];
  event?: object;
  files?: Record<string, string>;
  /** Whether the folder is a checkout; what does not need one is faster without. */
  hasGit?: boolean;
}

const own = { full_name: "acme/desk" };
export const ownPullRequest = { pull_request: { number: 7, head: { repo: own }, user: { login: "ann" } } };

/** Makes the bare repository with one commit, and the checkout of it. */
async function begin(folder: string, files: Record<string, string>): Promise<void> {
  const first = join(folder, "first");
  const git = async (...args: string[]) => {
    const identity = ["-c", "user.name=other", "-c", "user.email=other@example.com", "-c", "init.defaultBranch=main"];
    const env = { PATH: process.env.PATH, HOME: folder };
    await promisify(execFile)("git", [...identity, ...args], { cwd: folder, env });
  };
  await git("init", "--quiet", first);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(first, file)), { recursive: true });
    await writeFile(join(first, file), text);
  }
  await git("-C", first, "add", "--all", "--force");
  await git("-C", first, "commit", "--quiet", "--message", "change");
  await git("clone", "--quiet", "--bare", first, "origin.git");
  await git("--git-dir", "origin.git", "remote", "remove", "origin");
  await git("clone", "--quiet", "origin.git", "work");
  await rm(first, { recursive: true });
}

const usual = { "playbill.yaml": "project: desk\n" };
/** The folders of what most tests begin with, one a worker: making it takes several times as long as copying it. It goes with all temporary folders. */
const begun: string[] = [];

async function copyBegun(folder: string): Promise<void> {
  if (begun.length === 0) {
    const made = (await temporaryFolder()).path;
    await begin(made, usual);
    begun.push(made);
  }
  const [from = ""] = begun;
  for (const name of ["origin.git", "work"]) await cp(join(from, name), join(folder, name), { recursive: true });
  const config = join(folder, "work/.git/config");
  await writeFile(config, (await readFile(config, "utf8")).replaceAll(from, folder));
}

export async function createRunner({
  comments = [],
  event = {},
  files = {},
  hasGit = true,
}: RunnerOptions = {}): Promise<Runner> {
  const folder = await temporaryFolder();
  const at = (...parts: string[]) => join(folder.path, ...parts);
  const env = {
    PATH: `${at("bin")}:${process.env.PATH}`,
    HOME: folder.path,
    RUNNER_TEMP: at("temp"),
    GITHUB_EVENT_PATH: at("event.json"),
    GITHUB_OUTPUT: at("output"),
    GITHUB_STEP_SUMMARY: at("summary"),
    GITHUB_REPOSITORY: own.full_name,
    GITHUB_REF_NAME: "main",
    GITHUB_EVENT_NAME: "push",
    VERSION: "0.0.0",
    TARGET: "prod",
    AUTHOR: bot,
    PULL_REQUEST: "7",
    FAKE_GH: at("gh"),
    FAKE_GH_LOGIN: bot,
  };
  const git = async (cwd: string, ...args: string[]) => {
    const identity = ["-c", "user.name=other", "-c", "user.email=other@example.com"];
    return (await promisify(execFile)("git", [...identity, ...args], { cwd, env })).stdout;
  };
  const program = async (name: string, script: string) => {
    await folder.write(`bin/${name}`, script);
    await chmod(at("bin", name), 0o755);
  };
  const pushAsOther = async (changed: Record<string, string>) => {
    await git(folder.path, "clone", "--quiet", "origin.git", "other");
    for (const [file, text] of Object.entries(changed)) await folder.write(join("other", file), text);
    await git(at("other"), "add", "--all", "--force");
    await git(at("other"), "commit", "--quiet", "--message", "change");
    await git(at("other"), "push", "--quiet", "origin", "HEAD:main");
    await rm(at("other"), { recursive: true });
  };
  const ended = (argv: readonly string[], cwd: string, more: Record<string, string>) =>
    promisify(execFile)("bash", argv, { cwd, env: { ...env, ...more } }).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        output: stdout + stderr,
      }),
    );
  for (const each of ["temp", "gh", "bin", ...(hasGit ? [] : ["work"])]) await mkdir(at(each));
  await folder.write("event.json", JSON.stringify(event));
  await folder.write("gh/comments.json", JSON.stringify(comments));
  await copyFile(join(import.meta.dirname, "gh.mjs"), at("bin/gh"));
  await chmod(at("bin/gh"), 0o755);
  await program("sleep", "#!/bin/sh\n");
  if (hasGit) {
    if (Object.keys(files).length === 0) await copyBegun(folder.path);
    else await begin(folder.path, { ...usual, ...files });
  }
  return {
    folder,
    work: at("work"),
    git,
    pushAsOther,
    async step(script, more) {
      await writeFile(env.GITHUB_OUTPUT, "");
      return ended([join(root, "action", `${script}.sh`)], join(at("work"), more["PROJECT_FOLDER"] ?? "."), more);
    },
    bash: (script, more) => ended(["-c", script], at("work"), more),
    npx: (script) => program("npx", `#!/usr/bin/env bash\nshift 2\necho "$*" >>"${at("npx.log")}"\n${script}\n`),
    pushed: (file) => git(at("origin.git"), "show", `main:${file}`),
    comments: async () => JSON.parse(await readFile(at("gh/comments.json"), "utf8")) as Comment[],
    outputs: () => readFile(env.GITHUB_OUTPUT, "utf8"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
