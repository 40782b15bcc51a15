import { spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A working copy. */
export interface Clone {
  path: string;
  /** Runs git there and gives what it printed. Rejects when it fails. */
  git: (...args: string[]) => Promise<string>;
}

/** Runs a program in a folder and gives what it printed. Rejects when it fails. */
export type Shell = (folder: string, ...command: string[]) => Promise<string>;

/**
 * A shell that runs one program after the other until the test is over. It starts them ten times as fast as this process, which is large and
 * is copied for each that it starts.
 */
export function startShell(): Shell {
  const env = { ...process.env, ...withoutMaintenance };
  const shell = spawn("bash", ["-c", readsCommands], { env, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void shell.kill());
  const answers: ((answer: string) => void)[] = [];
  let text = "";
  shell.stdout.setEncoding("utf8").on("data", (data: string) => {
    const [last = "", ...whole] = (text + data).split("\0").toReversed();
    text = last;
    for (const answer of whole.toReversed()) answers.shift()?.(answer);
  });
  return async (folder, ...command) => {
    const answer = new Promise<string>((resolve) => answers.push(resolve));
    shell.stdin.write([String(command.length), folder, ...command].map((word) => `${word}\0`).join(""));
    const [, code = "", output = ""] = /^(\d+) ([^]*)$/.exec(await answer) ?? [];
    if (code !== "0") throw new Error(`${command.join(" ")}: exit code ${code}\n${output}`);
    return output;
  };
}

/** Git looks after every commit, fetch and push whether a repository has to be tidied up. These live too short for that. */
const withoutMaintenance = {
  GIT_CONFIG_COUNT: "3",
  GIT_CONFIG_KEY_0: "maintenance.auto",
  GIT_CONFIG_VALUE_0: "false",
  GIT_CONFIG_KEY_1: "gc.auto",
  GIT_CONFIG_VALUE_1: "0",
  GIT_CONFIG_KEY_2: "receive.autogc",
  GIT_CONFIG_VALUE_2: "false",
};

/** Reads how many words a command has, its folder and its words, each ended by NUL; answers with exit code and output, ended by NUL. */
const readsCommands = `
while read -r -d '' count && read -r -d '' folder; do
  words=()
  for ((; count > 0; count -= 1)); do IFS= read -r -d '' word; words+=("$word"); done
  output=$(cd "$folder" && "\${words[@]}" 2>&1)
  printf '%s %s\\0' "$?" "$output"
done`;

/** The clone in a folder. */
export function openClone(path: string, shell: Shell): Clone {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"];
  return { path, git: (...args) => shell(path, "git", ...identity, ...args) };
}

/** Makes the folder `seed` a repository, and two clones of it, `a` and `b`, which share a remote. */
export async function cloneSeed(folder: string, shell: Shell): Promise<Clone[]> {
  const seed = openClone(join(folder, "seed"), shell);
  await seed.git("init", "--quiet", "--initial-branch=main");
  await seed.git("add", ".");
  await seed.git("commit", "--quiet", "-m", "begin");
  await shell(folder, "git", "clone", "--quiet", "--bare", "seed", "remote.git");
  for (const name of ["a", "b"]) await shell(folder, "git", "clone", "--quiet", "remote.git", name);
  return ["a", "b"].map((name) => openClone(join(folder, name), shell));
}
