import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isObject, parseJson, textOrNull } from "./json.ts";

/** A process that holds something in a folder that other machines may share. */
export interface Holder {
  pid: number;
  host: string;
  /** Its process id namespace, which differs between containers; `null` where it is unknown. */
  space: string | null;
  /** When it started, in the system's units, to distinguish a later process with the same id; `null` where it is unknown. */
  began: string | null;
}

/** This process. */
export function ownHolder(): Holder {
  return { pid: process.pid, host: hostname(), space: ownSpace(), began: statOf(process.pid)?.began ?? null };
}

/** Reads a holder from its JSON; `null` when it is invalid. */
export function parseHolder(text: string): Holder | null {
  const value = parseJson(text);
  if (!isObject(value)) return null;
  const { pid, host, space, began } = value;
  if (typeof pid !== "number" || typeof host !== "string") return null;
  return { pid, host, space: textOrNull(space), began: textOrNull(began) };
}

/** False for a process that is known to have ended. One of another machine or container counts as alive, since its state is unknown. */
export function isAlive({ pid, host, space, began }: Holder): boolean {
  if (host !== hostname() || (space !== null && space !== ownSpace())) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = statOf(pid);
  // A process that ended stays until its parent asks for its exit code, which the first process of a container may never do.
  if (now?.state === "Z") return false;
  return began === null || now === null || began === now.began;
}

/** Linux: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
function ownSpace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}

/**
 * The third and the 22nd field of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, on Linux; the second one, in parentheses,
 * may contain anything.
 */
function statOf(pid: number): { state: string; began: string | null } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, began: fields[18] ?? null };
  } catch {
    return null;
  }
}
