import { execFileSync } from "node:child_process";

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A working copy. */
export interface Clone {
  path: string;
  git: (...args: string[]) => string;
}

/** The clone in a folder; `git` throws when a command fails. */
export function openClone(path: string): Clone {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"];
  return {
    path,
    git: (...args) => execFileSync("git", [...identity, ...args], { cwd: path, encoding: "utf8", stdio: "pipe" }),
  };
}
