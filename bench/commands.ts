import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The repository. */
export const root = join(import.meta.dirname, "..");
const quiet = "--disable-warning=ExperimentalWarning";

/** Arguments of node that run the built command line, as its shebang does. */
export const playbill = (...argv: string[]): string[] => [quiet, join(root, "dist/bin.js"), ...argv];
/** Arguments of node that run a script of this folder. */
export const peer = (file: string, ...argv: string[]): string[] => [quiet, join(import.meta.dirname, file), ...argv];

/** Milliseconds from starting node to its end. Rejects when it ends with another code than 0. */
export async function timeOf(args: readonly string[], cwd: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, "exit")) as [number];
  const time = performance.now() - begin;
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}: ${Buffer.concat(said).toString()}`);
  return time;
}

/** Runs each of several works that often, by turns, so that what else the machine does meets all of them; the times of each. */
export async function byTurns<Name extends string>(
  rounds: number,
  works: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<() => Promise<number>>(works);
  const times = Object.fromEntries(entries.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of entries) times[name]?.push(await work());
  }
  return times as Record<Name, number[]>;
}
