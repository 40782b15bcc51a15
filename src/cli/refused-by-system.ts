import { type Problem, problem } from "../problem.ts";

/** What a user can do about a file that the operating system refuses, by its code. */
const hints: Record<string, string> = {
  EACCES: "Look at the rights of the file and its folder.",
  EPERM: "Look at the rights of the file and its folder.",
  EROFS: "The disk can only be read.",
  ENOSPC: "The disk is full.",
  EDQUOT: "The disk is full.",
  ENOENT: "A folder of the path is not there, or the file was removed meanwhile.",
  EISDIR: "Choose a path that is no folder.",
  ENOTDIR: "A part of the path is a file, and not a folder.",
  EEXIST: "A part of the path is a file, and not a folder.",
  ENAMETOOLONG: "Choose a shorter name.",
};

/** The problem behind an error of the operating system that the user can do something about; `null` for every other error. */
export function refusedBySystem(error: unknown): Problem | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return null;
  const hint = hints[String(error.code)];
  return hint === undefined ? null : problem("system_refuses", error.message, { hint });
}
