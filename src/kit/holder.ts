import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isObject, parseJson, textOrNull } from "./json.ts";

/** A process that has something in a folder which others may see too. */
export interface Holder {
  pid: number;
  host: string;
  /** The set of processes that its number is from, as two containers have one each; `null` where nobody tells. */
  space: string | null;
  /** When it began, in the system's own units, so that a later process of the same number is another one; `null` where the system does not tell. */
  began: string | null;
}

/** This process. */
export function ownHolder(): Holder {
  return { pid: process.pid, host: hostname(), space: ownSpace(), began: beginOf(process.pid) };
}

/** Reads a holder from its JSON; `null` when it is none. */
export function parseHolder(text: string): Holder | null {
  const value = parseJson(text);
  if (!isObject(value)) return null;
  const { pid, host, space, began } = value;
  if (typeof pid !== "number" || typeof host !== "string") return null;
  return { pid, host, space: textOrNull(space), began: textOrNull(began) };
}

/** False for a process that is known to have ended. One of another machine, or another container, counts as alive: nothing here can tell. */
export function isAlive({ pid, host, space, began }: Holder): boolean {
  if (host !== hostname() || (space !== null && space !== ownSpace())) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = beginOf(pid);
  return began === null || now === null || began === now;
}

/** Linux: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
function ownSpace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}

/** Linux: the 22nd field of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the second one, in parentheses, may hold anything. */
function beginOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
