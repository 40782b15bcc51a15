import { type Problem, problem } from "../problem.ts";

/** Hints for errors of the operating system about files, by code. */
const hints: Record<string, string> = {
  EACCES: "Check the permissions of the file and its folder.",
  EPERM: "Check the permissions of the file and its folder.",
  EROFS: "The file system is read-only.",
  ENOSPC: "The disk is full.",
  EDQUOT: "The disk is full.",
  ENOENT: "A folder of the path does not exist, or the file was removed in the meantime.",
  EISDIR: "Choose a path that is not a folder.",
  ENOTDIR: "A part of the path is a file, not a folder.",
  EEXIST: "A part of the path is a file, not a folder.",
  ENAMETOOLONG: "Choose a shorter name.",
};

/** The problem for an operating system error that the user can fix; `null` for every other error. */
export function refusedBySystem(error: unknown): Problem | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return null;
  const hint = hints[String(error.code)];
  return hint === undefined ? null : problem("system_refuses", error.message, { hint });
}
